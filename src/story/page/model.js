/** The story as it lies in the page, with what is looked up often. What its writer left out because it holds nothing is put back. */
export function readStory(text) {
  const written = JSON.parse(text);
  const moments = written.moments ?? [];
  const story = { people: [], runs: [], series: [], lessons: [], ...written, moments };
  const runs = new Map(story.runs.map((run) => [run.id, run]));
  const branches = new Map(story.runs.flatMap((run) => (run.branches ?? []).map((branch) => [branch.id, branch])));
  const names = new Map(story.people.map(({ id, name }) => [id, name]));
  return { story, moments, runs, branches, names, places: new Map(moments.map(({ id }, place) => [id, place])), written };
}

/** The moment with an id, or undefined. */
export function findMoment(model, id) {
  return model.moments[model.places.get(id) ?? -1];
}

/** Who did it, as people call them. */
export function nameOf(model, id) {
  return model.names.get(id) ?? id;
}

/** `loss` tells nobody in which run; `karpathy/minGPT r1` does. */
export function nameRun(model, id) {
  const run = model.runs.get(id);
  return run === undefined ? id : `${run.about} · ${id}`;
}
