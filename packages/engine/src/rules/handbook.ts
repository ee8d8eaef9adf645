// Sentences that the handbook of several rules shares.

/** For a rule by day, area or theatre: none of these identifies a situation. */
export const comesBackWithItsReports =
  'Only its own reports: an area, a day or the theatre does not identify a situation.'

/** For a building block. With its defaults it has one group, the theatre. */
export const comesBackWithItsSettlement =
  'Only its own reports; if grouped by settlement, the same settlement until it would have ended.'

export const eachOfLevels = 'Each number in `levels`, if there are any.'
