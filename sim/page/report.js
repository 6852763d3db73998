const told = JSON.parse(byId('data').textContent);
const rowsBy = new Map(told.rows.map(row => [row.key, row]));
const RESULTS = ['fail', 'broken', 'warn', 'known', 'stale', 'pass', 'skipped', 'unsupported', 'unchecked'];
const rank = result => (RESULTS.indexOf(result) + 1 || RESULTS.length + 1);
const CHANGES_SHOWN = 20;
let onPaper = false; // where there is no button for the rest
const groupOf = row => row.group || '-';

function shown(everywhere) {
	const now = state(), words = (now.get('words') || '').toLowerCase().split(' ').filter(Boolean);
	return told.rows.filter(row =>
		(everywhere || !now.get('column') || row.column === now.get('column')) &&
		(everywhere || !now.get('group') || groupOf(row) === now.get('group')) &&
		(!now.get('result') || row.result === now.get('result')) &&
		words.every(word => [row.name, row.about, row.why, row.strength].join(' ').toLowerCase().includes(word)));
}
function counts(rows) {
	const by = new Map();
	for (const row of rows) by.set(row.result, (by.get(row.result) || 0) + 1);
	return [...by].sort((a, b) => rank(a[0]) - rank(b[0]));
}
function chips(parent, rows, click) {
	for (const [result, count] of counts(rows)) {
		const chip = add(parent, 'a', click ? `${count} ${result}` : count, {class: 'chip ' + result, title: `${count} ${result}`});
		if (click) { chip.href = '#'; chip.onclick = event => { event.preventDefault(); change({result: state().get('result') === result ? '' : result}); }; }
		parent.append(' ');
	}
}
function changed(table, list_) {
	for (const one of list_) {
		const tr = add(table, 'tr'), name = add(tr, 'td');
		if (rowsBy.has(one.key)) {
			const link = add(name, 'a', one.key, {href: '#'});
			link.onclick = event => { event.preventDefault(); change({row: one.key}); };
		} else name.textContent = one.key;
		add(add(tr, 'td'), 'span', one.was || 'not there', {class: 'chip ' + (one.was || '')});
		add(tr, 'td', '\u2192');
		add(add(tr, 'td'), 'span', one.is || 'gone', {class: 'chip ' + (one.is || '')});
	}
}
function changes() { // what is different from the last run stands on top
	const to = byId('changes');
	add(to, 'h2', 'Since the last run');
	if (!told.before) { add(to, 'p', 'There is no earlier page in its place to compare with.', {class: 'faint'}); return; }
	if (!told.changes.length) { add(to, 'p', 'Nothing has changed.', {class: 'faint'}); return; }
	const columns = unique(told.rows.map(row => row.column)), fresh = new Set(columns.filter(column =>
		told.rows.every(row => row.column !== column || told.changes.some(one => one.key === row.key && !one.was))));
	for (const column of fresh) {
		const p = add(to, 'p', `${column} is new here: `);
		chips(p, told.rows.filter(row => row.column === column));
	}
	const rest = told.changes.filter(one => !(rowsBy.has(one.key) && fresh.has(rowsBy.get(one.key).column)));
	rest.sort((one, other) => rank(one.is) - rank(other.is));
	changed(add(to, 'table'), rest.slice(0, CHANGES_SHOWN));
	if (rest.length <= CHANGES_SHOWN) return;
	const more = add(to, 'details');
	add(more, 'summary', `and ${rest.length - CHANGES_SHOWN} more`);
	changed(add(more, 'table'), rest.slice(CHANGES_SHOWN));
}
function matrix(rows) { // all groups and columns stay, whichever is chosen
	const to = byId('matrix'), columns = unique(told.rows.map(row => row.column)), now = state();
	to.replaceChildren();
	const table = add(to, 'table'), head = add(add(table, 'thead'), 'tr'), body = add(table, 'tbody');
	add(head, 'th', told.groups);
	columns.forEach(column => add(head, 'th', column));
	for (const group of unique(told.rows.map(groupOf))) {
		const tr = add(body, 'tr');
		add(tr, 'th', group);
		for (const column of columns) {
			const cell = rows.filter(row => groupOf(row) === group && row.column === column);
			const td = add(tr, 'td', undefined, {class: 'cell', 'data-cell': column + '/' + group});
			const chosen = now.get('group') === group && now.get('column') === column;
			chips(td, cell);
			if (chosen) td.classList.add('chosen');
			td.onclick = () => change(chosen ? {group: '', column: ''} : {group, column});
		}
	}
}
function list(rows) {
	const to = byId('list'), now = state(), limit = onPaper || now.get('all') ? Infinity : 200;
	to.replaceChildren();
	const table = add(to, 'table'), body = add(table, 'tbody'), several = unique(told.rows.map(row => row.column)).length > 1;
	[...rows].sort((a, b) => rank(a.result) - rank(b.result)).slice(0, limit).forEach(row => {
		const tr = add(body, 'tr', undefined, {'data-key': row.key, tabindex: 0});
		add(add(tr, 'td'), 'span', row.result, {class: 'chip ' + row.result});
		if (several) add(tr, 'td', row.column); // else it is the only one
		add(tr, 'td', row.strength, {class: 'id'});
		add(tr, 'td', row.name, row.name.includes('/') ? {} : {class: 'id'}); // a path may be long
		const about = add(tr, 'td', row.about);
		if (row.why) add(about, 'div', row.why, {class: 'faint'});
		if (now.get('row') === row.key) tr.classList.add('chosen');
		tr.onclick = () => change({row: row.key});
		tr.onkeydown = event => { if (event.key === 'Enter') change({row: row.key}); };
	});
	if (rows.length > limit) {
		const more = add(to, 'button', `all ${rows.length}`);
		more.onclick = () => change({all: '1'});
	}
}
function script(parent, name, line) {
	const text = told.texts[name];
	if (text === undefined) return;
	add(parent, 'h3', name);
	const pre = add(parent, 'pre', undefined, {class: 'script'});
	text.split('\n').forEach((one, i) => {
		add(pre, i + 1 === line ? 'mark' : 'span', String(i + 1).padStart(4) + '  ' + one);
		pre.append('\n');
	});
}
function story(row) {
	const to = byId('story');
	to.replaceChildren();
	to.hidden = !row;
	if (!row) return;
	const title = add(to, 'h2', row.name + ' ');
	add(title, 'span', row.result, {class: 'chip ' + row.result});
	const close = add(to, 'a', 'close', {href: '#', class: 'controls'});
	close.onclick = event => { event.preventDefault(); change({row: ''}); };
	if (row.about) add(to, 'p', row.about, {id: 'sentence'});
	const facts = add(to, 'dl');
	const fact = (name, value) => { if (value) { add(facts, 'dt', name); add(facts, 'dd', value); } };
	fact('clause', row.clause);
	fact(told.groups === 'requirements' || row.clause ? 'strength' : 'verdict', row.strength);
	fact('why', row.why);
	for (const [name, value] of row.facts || []) fact(name, value);
	fact('again', row.again);
	if (row.want || row.got) add(to, 'pre', [row.want && 'want   ' + row.want, row.got && 'got    ' + row.got,
		row.marks && '       ' + row.marks].filter(Boolean).join('\n'), {id: 'difference'});
	const of = told.stories[row.story];
	if (of) {
		add(to, 'h3', 'What passed');
		if (of.left_out) add(to, 'p', `The first ${of.left_out} lines are left out.`, {class: 'faint'});
		ladder(to, of);
		add(to, 'p', 'Seconds on the left. Of a transfer the middle is left out.', {class: 'faint'});
		if (of.capture) {
			const p = add(to, 'p');
			add(p, 'a', `capture, ${Math.ceil(of.capture.length * 3 / 4 / 1024)} KiB`, {
				id: 'capture', download: row.story.replace(/[^A-Za-z0-9._-]+/g, '-') + '.pcapng',
				href: 'data:application/octet-stream;base64,' + of.capture});
		} else if (of.file) add(to, 'p', 'The capture: ' + of.file + '.', {class: 'faint'});
	}
	if (row.console) { add(to, 'h3', 'Console'); add(to, 'pre', row.console, {id: 'console'}); }
	if (row.said) { add(to, 'h3', 'What was said'); add(to, 'pre', row.said, {id: 'said'}); }
	for (const name of row.scripts || []) script(to, name, row.scripts[0] === name ? row.line : 0);
}
function draw() {
	const rows = shown(), now = state();
	byId('summary').replaceChildren();
	chips(byId('summary'), told.rows, true);
	fill(byId('column'), 'column', unique(told.rows.map(row => row.column)));
	fill(byId('group'), 'group', unique(told.rows.map(groupOf)));
	fill(byId('result'), 'result', counts(told.rows).map(([result]) => result));
	if (document.activeElement !== byId('words')) byId('words').value = now.get('words') || '';
	byId('count').textContent = `${rows.length} of ${told.rows.length}`;
	matrix(shown(true));
	list(rows);
	story(rowsBy.get(now.get('row')));
}
byId('words').oninput = () => change({words: byId('words').value});
byId('none').onclick = event => { event.preventDefault(); location.hash = ''; };
const paper = on => () => { onPaper = on; labelMax = on ? 80 : 150; draw(); };
window.onbeforeprint = paper(true);
window.onafterprint = paper(false);
window.onhashchange = () => {
	const before = byId('story').hidden;
	draw();
	if (before && !byId('story').hidden) byId('story').scrollIntoView({block: 'nearest'});
};
document.title = told.title;
byId('title').textContent = told.title;
if (told.legend) { add(byId('legend'), 'h3', 'Strengths'); add(byId('legend'), 'pre', told.legend); }
changes();
draw();
