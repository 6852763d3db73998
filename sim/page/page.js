'use strict';
// What every page of bootrig does in the same way: elements, what is chosen kept in the address, ladders
const byId = name => document.getElementById(name);
const unique = list => [...new Set(list)].sort();

function add(parent, tag, text, attributes) {
	const node = document.createElement(tag);
	if (text !== undefined && text !== null) node.textContent = text;
	for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
	parent.append(node);
	return node;
}
function state() { return new URLSearchParams(location.hash.slice(1)); }
function change(values) {
	const now = state();
	for (const [key, value] of Object.entries(values)) if (value) now.set(key, value); else now.delete(key);
	location.hash = now.toString();
}
function fill(select, key, values) {
	select.replaceChildren();
	add(select, 'option', 'all', {value: ''});
	for (const value of values) add(select, 'option', value, {value});
	select.value = state().get(key) || '';
	select.onchange = () => change({[key]: select.value});
}

// A story on one clock. Lanes stand side by side; a frame goes from one to another, slanted if it was
// held on its way, and ends in a cross if it was lost; what somebody says stands on its own lane.
// @story {lanes: [name], events: [{at, sent, from, to, lost, frame, text}]}: to -1 is everybody, -2 nobody
let labelMax = 150; // letters; less where all has to fit
function ladder(parent, story) {
	const ns = 'http://www.w3.org/2000/svg', step = 20, left = 78, gap = 116, top = 34;
	const lanes = story.lanes, x = i => left + gap * i + 40, edge = x(lanes.length - 1) + 56;
	const wired = lanes.filter(name => !name.startsWith('console ')).length; // a console hears no frame
	const rows = [];
	story.events.forEach((event, i) => {
		const held = event.sent !== undefined && event.sent < event.at;
		if (held) rows.push({at: event.sent, order: i, event, part: 'sent'});
		rows.push({at: event.at, order: i, event, part: held ? 'came' : 'whole'});
	});
	rows.sort((a, b) => a.at - b.at || a.order - b.order);
	rows.forEach((row, i) => { row.y = top + step * (i + 1); });
	const svg = document.createElementNS(ns, 'svg'), height = top + step * (rows.length + 1);
	const put = (tag, values, text, title) => {
		const node = document.createElementNS(ns, tag);
		for (const [key, value] of Object.entries(values)) node.setAttribute(key, value);
		if (text !== undefined) node.textContent = text;
		if (title) node.append(Object.assign(document.createElementNS(ns, 'title'), {textContent: title}));
		svg.append(node);
	};
	const longest = Math.max(20, ...story.events.map(e => e.text.length));
	const width = edge + Math.min(longest, labelMax) * 7.3 + 40;
	svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
	svg.setAttribute('width', width);
	svg.setAttribute('height', height);
	lanes.forEach((name, i) => {
		put('text', {x: x(i), y: 14, 'text-anchor': 'middle', class: 'head'}, name.replace(/ .*/, ''));
		put('text', {x: x(i), y: 28, 'text-anchor': 'middle', class: 'faint'}, name.replace(/^\S+ ?/, ''));
		put('line', {x1: x(i), y1: top, x2: x(i), y2: height, class: 'lane'});
	});
	const arrow = (x1, y1, x2, y2, kind, extra, head) => {
		put('line', {x1, y1, x2, y2, class: kind + extra, 'stroke-width': 1.5});
		if (head) put('path', {d: `M${x2} ${y2}l${x2 > x1 ? -8 : 8} -4v8z`, class: kind});
	};
	const label = (row, text, extra, title) => {
		const shown = text.length > labelMax ? text.slice(0, labelMax - 1) + '\u2026' : text;
		put('text', {x: edge, y: row.y + 4, class: extra || ''}, shown, title || text);
	};
	for (const row of rows) {
		const e = row.event;
		put('text', {x: left, y: row.y + 4, 'text-anchor': 'end', class: 'faint'}, row.at.toFixed(4));
		if (row.part === 'sent') { label(row, e.text + '   (held)', 'faint'); continue; }
		if (e.to === -2) {
			if (e.from >= 0) put('circle', {cx: x(e.from), cy: row.y, r: 4, class: 'said'});
			label(row, e.text, 'faint');
			continue;
		}
		const everybody = e.to === -1, to = everybody ? (e.from === 0 ? wired - 1 : 0) : e.to;
		const kind = to > e.from ? 'ask' : 'answer', before = rows.find(r => r.event === e && r.part === 'sent');
		const x1 = x(e.from), y1 = before ? before.y : row.y, x2 = x(to);
		if (e.from < 0) { label(row, e.text); continue; }
		if (e.lost) {
			const stop = x1 + (x2 - x1) * .6;
			arrow(x1, y1, stop, row.y, kind, ' lost', false);
			put('path', {d: `M${stop - 5} ${row.y - 5}l10 10m0 -10l-10 10`, class: 'cross'}, undefined, 'lost: ' + e.lost);
			label(row, e.text + '   lost: ' + e.lost, 'why');
			continue;
		}
		arrow(x1, y1, x2, row.y, kind, before ? ' held' : '', to !== e.from);
		if (everybody) lanes.slice(0, wired).forEach((_, i) => { if (i !== e.from) put('circle', {cx: x(i), cy: row.y, r: 2.5, class: kind}); });
		label(row, e.text + (before ? `   came after ${(e.at - e.sent).toFixed(3)} s` : ''), '',
			e.text + (e.frame ? '\nframe ' + e.frame : ''));
	}
	const box = add(parent, 'div', undefined, {class: 'ladder'});
	box.append(svg);
	return svg;
}
