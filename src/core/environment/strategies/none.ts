import { buildNothing, defineStrategy } from './strategy.ts';

/** Nothing may be installed: the interpreter is used as it is. */
export default defineStrategy({
  id: 'none',
  about: 'the Python that is there, as it is',
  laysDownFiles: false,
  build: (request) => buildNothing(request, []),
});
