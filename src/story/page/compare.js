/** What differs between two moments, from the moments of their runs and from nothing else. */
export function compareMoments(model, a, b) {
  const [before, after] = [gather(model, a), gather(model, b)];
  const [first, last] = [model.places.get(a.id), model.places.get(b.id)].sort((x, y) => x - y);
  const sameRun = a.run === b.run && a.run !== undefined;
  const between = model.moments.slice(first + 1, last + 1).filter((moment) => !sameRun || moment.run === a.run);
  return {
    settings: diffSettings(before.settings, after.settings),
    figures: diffFigures(before.figures, after.figures),
    between,
    costs: sumCosts(between),
  };
}

/** What the run of a moment was done with then, and the newest value of each figure, with the moments that say so. */
function gather(model, moment) {
  const settings = new Map();
  const figures = new Map();
  const last = model.places.get(moment.id);
  for (let place = 0; place <= last; place += 1) {
    const one = model.moments[place];
    if (one.run !== moment.run) continue;
    for (const { group, name, after = null } of one.settings ?? [])
      settings.set(`${group} ${name}`, { group, name, value: after, moment: one.id });
    if (one.kind !== 'cost')
      for (const { name, unit, value } of one.figures ?? [])
        figures.set(`${one.kind} ${name} ${unit}`, { of: one.kind, name, unit, value, moment: one.id });
  }
  return { settings, figures };
}

function diffSettings(before, after) {
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys.flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    if ((was?.value ?? null) === (is?.value ?? null)) return [];
    const { group, name } = was ?? is;
    return [{ group, name, before: was?.value ?? null, after: is?.value ?? null }];
  });
}

/** What was measured comes before what it took. */
function diffFigures(before, after) {
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const all = keys.map((key) => {
    const [was, is] = [before.get(key) ?? null, after.get(key) ?? null];
    const { of, name, unit } = was ?? is;
    return { of, name, unit, before: was, after: is };
  });
  return [...all.filter(({ of }) => of === 'result'), ...all.filter(({ of }) => of !== 'result')];
}

function sumCosts(moments) {
  const sums = new Map();
  for (const { kind, figures = [] } of moments) {
    if (kind !== 'cost') continue;
    for (const { name, unit, value } of figures) {
      const known = sums.get(`${name} ${unit}`) ?? { name, unit, value: 0, count: 0 };
      sums.set(`${name} ${unit}`, { ...known, value: known.value + value, count: known.count + 1 });
    }
  }
  return [...sums.values()];
}
