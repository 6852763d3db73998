#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""No circle between files, no arrow that runs back between rooms: file_graph.py LIBRARY...

What a file wants of another is read from the objects (nm), so nothing is missed that links, and
nothing counts that is only mentioned. A room is a folder of sources. Its doors, the files named
in DOORS, stand above the rooms below it; whatever else lies beside them stands under those rooms.

--planted says that the libraries hold a circle of files and one of rooms, and nothing is right
unless both are found.
"""
import collections
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DOORS = {"core/server.c", "conformance/watch.c", "conformance/verb_conform.c",
         "conformance/verb_mutants.c", "conformance/verb_rule.c", "conformance/verb_run.c",
         "tests/rig/planted_circle/door.c"}


def sources_of(library):
    """The objects of a static library, each with the path of its source from the root."""
    objects = pathlib.Path(str(library) + ".p")
    folder = pathlib.Path(library).parent.name
    known = {str(path.relative_to(ROOT / folder)).replace("/", "_"): str(path.relative_to(ROOT))
             for path in (ROOT / folder).rglob("*.c")}
    for path in sorted(objects.rglob("*.o")):
        name = path.name[:-len(".o")].replace("meson-generated_.._", "")
        yield path, known.get(name, f"{folder}/{name}")


def graph_of(libraries):
    """Which file wants which others, and one symbol that shows it."""
    home, wants = {}, {}
    for library in libraries:
        sources = {str(path): source for path, source in sources_of(library)}
        wants.update({source: set() for source in sources.values()})
        lines = subprocess.run(["nm", "-P", "-A", *sources], check=True, capture_output=True, text=True)
        for path, symbol, kind, *_ in (line.split() for line in lines.stdout.splitlines()):
            source = sources[path.rstrip(":")]
            if kind == "U":
                wants[source].add(symbol)
            elif kind in "TDRBC":
                home[symbol] = source
    graph = {}
    for source, symbols in wants.items():
        graph[source] = {home[s]: s for s in sorted(symbols) if s in home and home[s] != source}
    return graph


def circles(graph):
    """The strongly connected parts of more than one, by Tarjan's algorithm."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for to in sorted(graph.get(node, ())):
            if to not in index:
                visit(to)
                low[node] = min(low[node], low[to])
            elif to in stack:
                low[node] = min(low[node], index[to])
        if low[node] == index[node]:
            part = stack[stack.index(node):]
            del stack[stack.index(node):]
            if len(part) > 1:
                found.append(sorted(part))

    sys.setrecursionlimit(10000)
    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def room_of(source):
    folder = source.rpartition("/")[0]
    return folder + " (the door)" if source in DOORS else folder


def rooms_of(graph):
    """The same between rooms: what shows an arrow is the first pair of files that draw it."""
    rooms = collections.defaultdict(dict)
    for source in sorted(graph):
        for to, symbol in sorted(graph[source].items()):
            if room_of(source) != room_of(to):
                rooms[room_of(source)].setdefault(room_of(to), f"{source} wants {symbol} of {to}")
    return rooms


def tell(kind, found, graph, say):
    for part in found:
        print(f"a circle of {len(part)} {kind}:")
        for node in part:
            for to in sorted(set(graph[node]) & set(part)):
                print("  " + say(node, to))


def main():
    planted = "--planted" in sys.argv
    libraries = [argument for argument in sys.argv[1:] if argument != "--planted"]
    graph = graph_of(libraries)
    rooms = rooms_of(graph)
    files_found, rooms_found = circles(graph), circles(rooms)
    tell("files", files_found, graph, lambda node, to: f"{node} wants {graph[node][to]} of {to}")
    tell("rooms", rooms_found, rooms, lambda node, to: f"{node} -> {to}: {rooms[node][to]}")
    arrows = sum(map(len, graph.values()))
    print(f"{len(graph)} files, {arrows} arrows, {len(files_found)} circles of files, "
          f"{len(rooms_found)} circles of rooms")
    if planted:
        here = "tests/rig/planted_circle/"
        sys.exit(files_found != [[here + "above/up.c", here + "below/down.c"]]
                 or rooms_found != [[here + "above", here + "below"]])
    sys.exit(1 if files_found or rooms_found or len(graph) < 10 or arrows < len(graph) else 0)


main()
