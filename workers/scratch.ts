/** The diary of projects as workers write it and people read it. */
import type { Settings } from '../src/config.ts';
import { openProjectRepository, type ProjectRepository } from '../src/git/project.ts';
import type { ProjectStore } from '../src/ports.ts';
import type { Diary } from '../src/runs/diary.ts';
import { createComposer, showBy, type Composer } from '../src/runs/scratch.ts';
import type { ScratchReader } from '../src/slack/command.ts';
import type { Workspace } from '../src/slack/workspace.ts';

export interface Scratch extends Composer {
  readonly read: ScratchReader['read'];
  readonly repositoryOf: (project: string) => ProjectRepository;
}

export function openScratch(settings: Settings, parts: { diary: Diary; projects: ProjectStore; workspace: Workspace }): Scratch {
  const composer = createComposer({ ...parts, findShown: showBy(parts.workspace) });
  const repositoryOf = (project: string): ProjectRepository => {
    const remote = settings.projects.find(({ name }) => name === project)?.remote ?? null;
    return openProjectRepository(settings.dataDir, project, remote);
  };
  return {
    ...composer,
    repositoryOf,
    read: async (project) => (await composer.compose(project))(await repositoryOf(project).look()).text,
  };
}
