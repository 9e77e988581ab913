const MOST = 5;

/**
 * Where each run and each dead end is drawn beside the rows that are shown: a lane is taken from the first row of its run to the last, and what
 * finds none free shares the last one. Answers, for a row, the lines that pass it and the dot on it.
 */
export function placeLanes(model, places) {
  const spans = new Map();
  const tries = new Map();
  for (const [row, place] of places.entries()) {
    const { run, branch } = model.moments[place];
    if (run === undefined) continue;
    extend(spans, run, row);
    if (branch !== undefined && model.branches.get(branch)?.as === 'dead end') extend(tries, branch, row);
  }
  const taken = [];
  for (const span of spans.values()) {
    const free = taken.findIndex((until) => until < span.first);
    const lane = free >= 0 ? free : Math.min(taken.length, MOST - 1);
    taken[lane] = Math.max(taken[lane] ?? -1, span.last);
    span.lane = lane;
  }
  for (const one of tries.values()) one.lane = spans.get(model.moments[places[one.first]].run).lane;
  return { spans, tries, width: Math.max(1, taken.length) };
}

function extend(map, key, row) {
  const known = map.get(key);
  if (known === undefined) map.set(key, { first: row, last: row });
  else known.last = row;
}

/** What is drawn beside one row. A dead end leaves its run's line where it begins and goes beside it to where it ends. */
export function laneRow(model, lanes, place, row) {
  const { run, branch } = model.moments[place];
  const own = run === undefined ? undefined : lanes.spans.get(run);
  const dead = branch === undefined ? undefined : lanes.tries.get(branch);
  return {
    lines: passing([...lanes.spans.values()], row),
    aside: passing([...lanes.tries.values()], row),
    dot:
      own === undefined
        ? null
        : { lane: own.lane, dead: dead === undefined ? null : { opens: dead.first === row, ends: dead.last === row } },
  };
}

function passing(spans, row) {
  const found = new Map();
  for (const { first, last, lane } of spans) {
    if (first > row) break;
    if (last < row) continue;
    const known = found.get(lane) ?? { lane, above: false, below: false };
    found.set(lane, { lane, above: known.above || first < row, below: known.below || last > row });
  }
  return [...found.values()];
}
