/** The projects that a lab has given names to; every other channel is a project of its own. */
export interface NamedProject {
  readonly name: string;
  readonly channels: readonly string[];
}

/** The project that work in a channel belongs to. */
export function chooseProject(channel: string, named: readonly NamedProject[]): string {
  return named.find((project) => project.channels.includes(channel))?.name ?? channel;
}

/** The channels whose work belongs to a project. */
export function listChannels(project: string, named: readonly NamedProject[]): readonly string[] {
  return named.find((one) => one.name === project)?.channels ?? [project];
}
