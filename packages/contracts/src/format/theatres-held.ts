import { either, listOf, shared, text, words } from '@tocsin/domain/format/format'

/** Which theatres somebody may see, or something is about. */
export const theatresHeldFormat = shared(
  'theatresHeld',
  either(words(['*']), listOf(text()), 'Theatre ids, or * for all.')
)
