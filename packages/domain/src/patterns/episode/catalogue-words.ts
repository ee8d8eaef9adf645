// Sentences that several patterns share in their `words`.

import type { PatternWords } from '../../detection/pattern.ts'

/** For a pattern by day, area or theatre: none of these identifies a situation. */
export const comesBackWithItsReports: Pick<PatternWords, 'comesBack' | 'comesBackBy'> = {
  comesBack: 'Only its own reports: an area, a day or the theatre does not identify a situation.',
  comesBackBy: null
}
