/** What becomes of one package. */
import { isGuess } from '../repo-map/dependencies/dependencies.ts';
import { isKnownDistribution, isUncertainName, normaliseName } from '../repo-map/dependencies/distributions.ts';
import { debianPackageOf } from './debian.ts';
import { judgePackage, type Hit, type Judgement } from './judge.ts';
import { narrow, ruleOf } from './narrow.ts';
import type { Place } from './place.ts';
import type { RuleFamily, Situation } from './rule.ts';
import type { PlannedPackage, SiteFacts } from './schema.ts';
import { standInModules } from './stand-in.ts';
import type { TorchChoice } from './torch-line.ts';
import { satisfies } from './versions.ts';
import {
  aptVersionOf,
  canUseApt,
  HARDWARE_BOUND,
  providesOf,
  runsOnComputeNode,
  showExtras,
  TORCH_FAMILY,
  type Override,
  type PackageRequest,
  type Python,
  type Wanted,
} from './wanted.ts';

/** What is noted beside the packages while they are planned. */
export interface Planning {
  readonly overrides: Override[];
  readonly conflicts: string[];
}

export interface FateRequest {
  readonly request: PackageRequest;
  readonly base: Python | null;
  readonly place: Place;
  readonly situation: Situation;
  readonly families: readonly RuleFamily[];
  readonly item: Wanted;
  /** How torch is chosen, where it is to be installed. */
  readonly torchChoice: TorchChoice | null;
  /** What limits its versions. */
  readonly torchBound: Hit | null;
}

export interface Details {
  readonly rule: { readonly id: string; readonly source: string };
  readonly version?: string | null;
  readonly specifier?: string;
  readonly buildNeeds?: readonly string[];
  readonly url?: string | undefined;
}

/** A row of the plan. */
export function describe(
  item: Pick<Wanted, 'name' | 'imports' | 'specifier' | 'extras'>,
  how: PlannedPackage['how'],
  why: string,
  { rule, version = null, specifier = item.specifier, buildNeeds, url }: Details,
): PlannedPackage {
  const needs = buildNeeds === undefined ? {} : { buildNeeds: [...buildNeeds] };
  const from = url === undefined ? {} : { url };
  const withExtras = item.extras !== undefined && (how === 'pip' || how === 'source') ? { extras: [...item.extras] } : {};
  return { name: item.name, imports: [...item.imports], specifier, ...withExtras, how, version, why, rule, ...needs, ...from };
}

/** Decides what becomes of one package; differences from what is asked for are noted, unless nothing is installed in the end. */
export function decideFate(fate: FateRequest, planning: Planning): PlannedPackage {
  const { decision, bounds } = judgePackage(fate.families, fate.item, fate.situation);
  if (decision?.verdict.do === 'drop') {
    planning.overrides.push({ what: `${fate.item.name} is left out`, why: decision.why });
    return describe(fate.item, 'left-out', decision.why, { rule: ruleOf(decision) });
  }
  const own: Planning = { overrides: [], conflicts: [] };
  const decided = decideKept(chooseExtras(fate, decision, own), { decision, bounds }, own);
  if (decided.how !== 'left-out') {
    planning.overrides.push(...own.overrides);
    planning.conflicts.push(...own.conflicts);
  }
  return decided;
}

function decideKept(fate: FateRequest, { decision, bounds }: Judgement, planning: Planning): PlannedPackage {
  const { item, place } = fate;
  const there = place.versionOf(item.name);
  if (there !== null && place.image) return keepShipped(fate, there, planning);
  // What is there is not given up for a release that might break something, only for a name that the code uses.
  const isFirm = ({ verdict }: Hit): boolean => verdict.do === 'bound' && verdict.always === true;
  const narrowed = narrow(fate, there === null ? bounds : bounds.filter(isFirm), planning);
  if (narrowed.blocked !== null) return giveUp(fate, narrowed.blocked);
  if (there !== null) return keepPresent(fate, there, narrowed.specifier, planning);
  const specifier = dropBuild(item.name, narrowed.specifier, planning);
  return planMissing({ ...fate, item: { ...item, specifier } }, decision, item.name === 'torch' ? fate.torchBound : narrowed.hit);
}

/** The extras that fit the hardware, where a rule knows them. */
function chooseExtras(fate: FateRequest, decision: Hit | null, planning: Planning): FateRequest {
  const { item, place } = fate;
  const extras = decision?.verdict.do === 'wheel' ? decision.verdict.extras : undefined;
  if (decision === null || extras === undefined || place.versionOf(item.name) !== null) return fate;
  const kept = extras.length === 0 ? undefined : extras;
  const [asked, taken] = [showExtras(item.name, item.extras), showExtras(item.name, kept)];
  if (asked !== taken) planning.overrides.push({ what: `${asked} becomes ${taken}`, why: decision.why });
  return { ...fate, item: { ...item, extras: kept } };
}

/** `==2.1+cu118` names a build, and the package index takes none with such a name; pip would install nothing at all. */
function dropBuild(name: string, specifier: string, planning: Planning): string {
  const plain = specifier.replaceAll(/\+[A-Za-z0-9.]{1,40}(?=,|$)/g, '');
  if (plain !== specifier && !TORCH_FAMILY.has(name))
    planning.overrides.push({
      what: `${name}${specifier} becomes ${plain}`,
      why: 'the package index holds no builds with a name of their own (PEP 440)',
    });
  return plain;
}

/** The image's own: whatever is asked for, it stays. */
function keepShipped({ item, place }: FateRequest, version: string, planning: Planning): PlannedPackage {
  const rule = { id: 'site/image', source: place.source };
  const fits = version === '' ? item.specifier === '' : satisfies(version, item.specifier);
  if (!fits) {
    planning.overrides.push({
      what: `${item.name}${item.specifier} becomes the image's own ${item.name}${version === '' ? '' : ` ${version}`}`,
      why: `it is built for this hardware${version === '' ? '; which version it has, the profile does not say' : ''}`,
    });
    if (version !== '') planning.conflicts.push(`The code asks for ${item.name}${item.specifier}; the image has ${version}, and it stays.`);
  }
  return describe(item, 'present', 'comes with the container image', { rule, version: version === '' ? null : version });
}

function mayPip({ request, place, item }: FateRequest): boolean {
  const { site, facts } = request;
  const isForbidden = site.packages.forbidden.some((rule) => normaliseName(rule.name) === item.name);
  return !isForbidden && site.packages.strategy !== 'none' && (facts.indexReachable || (place.image && site.internet.login));
}

function keepPresent(fate: FateRequest, version: string, specifier: string, planning: Planning): PlannedPackage {
  const { item, place } = fate;
  const rule = { id: 'site/present', source: place.source };
  // A wish that the rules changed must not undo what is there and works for what was asked.
  const asked = item.asked ? item.specifier : specifier;
  if (version === '' || satisfies(version, asked)) return describe(item, 'present', 'already there', { rule, version });
  const may = mayPip(fate);
  if (may && (item.asked || !HARDWARE_BOUND.has(item.name)))
    return describe(item, 'pip', `${version} is there, ${asked} is asked for`, {
      rule: { id: 'site/index', source: place.source },
      specifier: asked,
    });
  planning.overrides.push({
    what: `${item.name}${asked} becomes ${version}`,
    why: may ? 'the version that is there fits this machine' : 'it is there, and no other version can be had here',
  });
  return describe(item, 'present', `already there, though ${asked} is asked for`, { rule, version, specifier: asked });
}

/** Needed and cannot work: left out where the code can do without. */
function giveUp({ item }: FateRequest, { why, ...details }: Details & { readonly why: string }): PlannedPackage {
  return describe(item, item.optional ? 'left-out' : 'unavailable', why, details);
}

function planMissing(fate: FateRequest, decision: Hit | null, bound: Hit | null): PlannedPackage {
  const { item, place, request, base } = fate;
  const may = mayPip(fate);
  const service = standInModules(item.name);
  const isGuessed = isGuess(item.name, item.declared);
  const from = { id: 'code/optional', source: request.entry.file };
  if (item.optional && (!item.declared || !may) && service === null)
    return describe(item, 'left-out', 'only imported where it may be missing or by a function that the run may not call', { rule: from });
  if (decision?.verdict.do === 'block') {
    const instead = decision.verdict.instead === null ? '' : `; instead: ${decision.verdict.instead}`;
    return giveUp(fate, { rule: ruleOf(decision), why: `${decision.why}${instead}` });
  }
  if (item.name === 'torch' && fate.torchChoice?.impossible === true)
    return giveUp(fate, {
      rule: { id: 'torch/lines', source: 'https://pytorch.org/get-started/previous-versions/' },
      why: fate.torchChoice.conflict ?? '',
    });
  if (decision?.verdict.do === 'source' && may) return planBuild(fate, decision, decision.verdict);
  if (item.url !== undefined && may) return planFromUrl(fate, item.url);
  const maker = item.declared ? undefined : findMaker(item, request);
  if (maker !== undefined)
    return giveUp(fate, {
      rule: { id: 'code/own-module', source: maker },
      why: `${maker} compiles it out of the repository's own sources, and this plan does not; an index could only have something else of that name`,
    });
  if (may && item.unusable === true && !isKnownDistribution(item.name))
    return giveUp(fate, {
      rule: { id: 'code/unusable-address', source: placeOf(fate) },
      why: 'the repository installs it from an address that is not used here (a name or password in it, or no HTTPS), and an index could only have something else of that name',
    });
  if (may && !isGuessed) {
    const rule =
      decision === null && bound === null
        ? { id: 'site/index', source: place.source }
        : ruleOf(bound ?? decision ?? { id: '', source: '' });
    const why = bound !== null ? `not there; ${bound.why}` : decision !== null ? decision.why : 'not there; the package index answers';
    return describe(item, 'pip', why, { rule });
  }
  return planWithoutIndex(fate, { service: service !== null, isGuessed, base });
}

/** The setup.py of the repository that builds a module of this name. */
function findMaker(item: Wanted, { files = [] }: PackageRequest): string | undefined {
  const names = new Set(item.imports.map((module) => module.split('.')[0]));
  return files.find(
    (file) =>
      /(?:^|\/)setup\.py$/.test(file.path) &&
      [...(file.text ?? '').matchAll(/Extension\(\s{0,40}(?:name\s{0,5}=\s{0,5})?["']([\w.]{1,80})["']/g)].some((match) =>
        names.has(match[1]?.split('.')[0]),
      ),
  )?.path;
}

function planWithoutIndex(
  { item, request, place }: FateRequest,
  { service, isGuessed, base }: { readonly service: boolean; readonly isGuessed: boolean; readonly base: Python | null },
): PlannedPackage {
  const aptVersion = aptVersionOf(item.name, request);
  const { source } = place;
  if (aptVersion !== undefined && base !== null && canUseApt(base, request))
    return describe(item, 'apt', `not there; Debian has it as ${debianPackageOf(item.name)}`, {
      rule: { id: 'site/debian', source },
      version: aptVersion,
    });
  if (service)
    return describe(item, 'no-op', 'not to be had here; it only records or displays, so a stand-in that does nothing takes its place', {
      rule: { id: 'stand-in/logging', source: 'stand-ins of Reprobot' },
    });
  if (item.optional)
    return describe(item, 'left-out', 'not to be had here, and only imported where it may be missing', {
      rule: { id: 'code/optional', source: request.entry.file },
    });
  const folder = isGuessed
    ? request.files?.find((file) => `/${file.path}`.includes(`/${item.imports[0]?.split('.')[0] ?? item.name}/`))
    : undefined;
  if (folder !== undefined)
    return describe(
      item,
      'unavailable',
      `${item.imports.slice(0, 3).join(', ')} belongs to the repository itself (${folder.path}), and nothing there makes it without being built first: see its setup.py or Makefile`,
      {
        rule: { id: 'code/own-module', source: request.entry.file },
      },
    );
  if (isGuessed)
    return describe(
      item,
      'unavailable',
      isUncertainName(item.name)
        ? 'nothing but an import names it, and the package index has an unrelated package of that name'
        : 'nothing but an import names it, and an index may hold something unrelated under that name: say which package is meant',
      { rule: { id: 'code/ambiguous-name', source: request.entry.file } },
    );
  const forbidden = request.site.packages.forbidden.find((rule) => normaliseName(rule.name) === item.name);
  if (forbidden !== undefined)
    return describe(item, 'unavailable', forbidden.why, { rule: { id: 'site/forbidden', source: `profile of ${request.site.id}` } });
  return describe(item, 'unavailable', 'not there, the package index does not answer, and no Debian package may fill in', {
    rule: { id: 'site/no-index', source },
  });
}

/** Installable with pip, so no reason to give up. */
const FROM_INDEX = new Set(['ninja', 'cmake']);

function planBuild(fate: FateRequest, decision: Hit, then: Extract<Hit['verdict'], { do: 'source' }>): PlannedPackage {
  const { item, request } = fate;
  const tools = toolsOf(fate, request.facts);
  const lacking = tools === null ? [] : then.needs.filter((need) => !tools.includes(need) && !FROM_INDEX.has(need));
  if (lacking.length > 0)
    return giveUp(fate, {
      rule: ruleOf(decision),
      why: `${decision.why}; building it needs ${lacking.join(', ')}, which is not here`,
      buildNeeds: then.needs,
    });
  const needs = then.needs.length === 0 ? '' : `; needs ${then.needs.join(', ')}`;
  const url = item.url ?? then.from;
  const lost = url === undefined ? null : describeNoWay(fate, url);
  if (lost !== null) return giveUp(fate, { rule: ruleOf(decision), why: lost });
  return describe(item, 'source', `${decision.why}${needs}`, {
    rule: ruleOf(decision),
    specifier: url === undefined ? item.specifier : '',
    buildNeeds: then.needs,
    url,
  });
}

/** What the repository installs from an address of its own: no index has it, or has something else of that name. */
function planFromUrl(fate: FateRequest, url: string): PlannedPackage {
  const { item, request } = fate;
  const rule = { id: 'code/direct-url', source: placeOf(fate) };
  if (item.optional) return describe(item, 'left-out', `only imported where it may be missing, and would come from ${url}`, { rule });
  const lost = describeNoWay(fate, url);
  if (lost !== null) return giveUp(fate, { rule, why: lost });
  const isMoving = url.startsWith('git+') && !/@[\w./+-]{1,100}(?:#|$)/.test(url.slice('git+https://'.length));
  const why = `the repository installs it from this address and not from the index${isMoving ? '; no commit is named, so it is whatever lies there that day' : ''}`;
  return request.site.packages.strategy === 'tykky' || url.includes('.whl')
    ? describe(item, 'pip', why, { rule, url, specifier: '' })
    : describe(item, 'source', why, { rule, url, specifier: '', buildNeeds: url.startsWith('git+') ? ['git'] : [] });
}

function placeOf({ request, item }: FateRequest): string {
  const evidence = request.map.dependencies.find((dependency) => dependency.name === item.name)?.evidence[0];
  return evidence === undefined ? request.entry.file : `${evidence.file}:${evidence.line}`;
}

/** Why an address cannot be reached from where pip runs; null where it can. */
function describeNoWay({ request, place }: FateRequest, url: string): string | null {
  const { site, facts } = request;
  const where = runsOnComputeNode(site) ? 'compute' : 'login';
  if (!site.internet[where] && site.internet.proxy === undefined)
    return `it comes from ${url}, and pip runs on a ${where} node of ${site.id}, which has no internet; clone it where there is some, and install it from there`;
  const lacksGit = url.startsWith('git+') && !place.image && facts.tools?.includes('git') === false && where === 'login';
  return lacksGit ? `it comes from ${url}, and git is not here` : null;
}

/** Compilers at hand; null where nobody knows. */
function toolsOf({ request, place }: FateRequest, facts: SiteFacts): readonly string[] | null {
  const listed = providesOf(request.site)?.tools;
  if (place.image) return listed ?? null;
  if (facts.tools === undefined) return listed === undefined || listed.length === 0 ? null : listed;
  return [...facts.tools, ...(listed ?? [])];
}
