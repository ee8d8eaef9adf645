// Sentences that the handbook of several rules shares.

/** For a rule by day, area or theatre: none of these identifies a situation. */
export const comesBackWithItsReports =
  'Only its own reports: an area, a day or the theatre does not identify a situation.'

/** For a building block. With its defaults it has one group, the theatre. */
export const comesBackWithItsSettlement =
  'Only its own reports; if grouped by settlement, the same settlement until it would have ended.'

export const eachOfLevels = 'Each number in `levels`, if there are any.'

/** How a block over a window ends: in the handbook, and in the words of an alert. */
export const fallsBelowLeave = {
  handbook: 'The measure falls below `leave`; 0 stands for `threshold`.',
  en: 'the measure falls below what the rule asks for',
  fr: 'la mesure passe sous ce que la règle demande'
} as const
