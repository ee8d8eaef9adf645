import { either, listOf, shared, text, words } from './format.ts'

/** Which theatres somebody may see, or something is about. */
export const theatresHeldFormat = shared(
  'theatresHeld',
  either(words(['*']), listOf(text()), 'Theatre ids, or * for all.')
)
