// Sentences that the handbook of several rules shares.

/** For a rule by day, area or theatre: none of these identifies a situation. */
export const comesBackWithItsReports =
  'Only its own reports: an area, a day or the theatre does not identify a situation.'
