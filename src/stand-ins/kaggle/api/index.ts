import { z } from 'zod';
import { openUpload } from '../uploads.ts';
import { competitionMethods } from './competitions.ts';
import { datasetMethods } from './datasets.ts';
import { kernelMethods } from './kernels.ts';
import { Count, defineMethod, type Method } from './method.ts';

const startBlobUpload = defineMethod(z.object({ name: z.string(), contentLength: Count }), ({ name, contentLength }, { ctx }) =>
  openUpload(ctx, name, contentLength),
);

const introspect = defineMethod(z.object({ token: z.string() }), ({ token }, { ctx }) => {
  const account = ctx.accounts.find((one) => one.token === token);
  if (account === undefined) return { active: false };
  return { active: true, username: account.username, userId: account.userId, scope: 'resources.admin:*' };
});

/** Every method by service. */
const services: Readonly<Record<string, Readonly<Record<string, Method>>>> = {
  'kernels.KernelsApiService': kernelMethods,
  'datasets.DatasetApiService': datasetMethods,
  'competitions.CompetitionApiService': competitionMethods,
  'blobs.BlobApiService': { StartBlobUpload: startBlobUpload },
  'security.OAuthService': { IntrospectToken: introspect },
};

/** A method of a service, or of whichever has it: names are unique. */
export function findMethod(service: string | undefined, name: string): Method | undefined {
  const searched = Object.entries(services).filter(([one]) => service === undefined || one === service);
  return searched.find(([, methods]) => Object.hasOwn(methods, name))?.[1][name];
}
