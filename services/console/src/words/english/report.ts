// Words of the form of a report.

export const reportEn = {
  lead: 'One report of one source. What you type stays here until the suite has it, also when the link breaks: sending it again cannot make two of it.',
  source: 'Source',
  sourceHint: 'Who says it: the name under which this source reports.',
  externalId: 'Its id at the source',
  externalIdHint: 'Chosen for you. By it a repeat is known to be the same report.',
  what: 'What happened',
  category: 'What happened',
  choose: 'choose …',
  from: 'Day',
  to: 'Until, if it was more than one day',
  where: 'Where',
  place: 'Name of the place',
  country: 'Country',
  countryCode: 'Its code of two letters, such as ML. The names of countries have not come yet.',
  admin1: 'Region, if known',
  coordinates: 'Coordinates, if known',
  lat: 'Latitude',
  lon: 'Longitude',
  radius: 'Exact to, km',
  openMap: 'Point at it on a map',
  closeMap: 'Close the map',
  mapSize: 'About 1.5 MB are loaded for it, once. The form does without.',
  map: 'Map of where it happened',
  mapKeys:
    'The place is in the middle: drag the map, or press on the place. Keys: arrows move it, with Shift by a little, + and − zoom, Enter uses the point.',
  pointsAt: (
    {
      lat,
      lon,
      radiusKm
    }: { readonly lat: string; readonly lon: string; readonly radiusKm: string },
    area: string | null
  ) =>
    `In the middle: ${lat}, ${lon}, exact to ${radiusKm} km${area === null ? '' : `, in ${area}`}. Zoom in to be more exact.`,
  tooFar: (area: string | null) =>
    `${area === null ? 'No area is' : `${area} is`} in the middle. From so far away a point would say more than is known: zoom in, or use the area.`,
  usePoint: 'Use this point',
  useArea: (area: string) => `Only the area is known: ${area}`,
  useNoArea: 'Only the area is known',
  areaTakenOut: (area: string) => `${area} was taken out: the point does not lie in it.`,
  usedPoint: (lat: string, lon: string, km: number) =>
    `Written into the form: ${lat}, ${lon}, exact to ${km} km. You can correct it there.`,
  usedArea: (area: string) => `Written into the form: ${area}, without coordinates.`,
  /** A name that the gazetteer takes for that of an area, not of its town. */
  regionOf: (name: string) => `region of ${name}`,
  deaths: 'Deaths',
  deathsHint: 'Left empty means not known, which is not zero.',
  low: 'At least',
  best: 'About',
  high: 'At most',
  more: 'In your own words',
  narrative: 'What was seen or said',
  narrativeHint: 'Kept encrypted. Names of people belong here and nowhere else.',
  link: 'A link to it',
  handling: 'Who may see it',
  handlings: { public: 'everybody', partners: 'partners', internal: 'officers', restricted: 'few' },
  drill: 'This is an exercise',
  send: 'Send the report',
  again: 'Send again',
  accepted: (id: string) => `Accepted as report ${id}.`,
  corrected: (id: string, revision: number) => `Accepted as revision ${revision} of report ${id}.`,
  typedSince: 'What you have typed since is still in the form: sent, it corrects that report.',
  left: 'Typed and not sent',
  leftWhat: (category: string, place: string) =>
    [category, place].filter(part => part !== '').join(', ') || 'a report',
  goOn: (what: string) => `Go on with: ${what}`,
  correct: 'Correct it',
  known: (id: string) => `The suite has this already, as report ${id}. Nothing was doubled.`,
  superseded: (time: string) =>
    `It does not count: the suite has a revision of the same report with the report time ${time}, and that one counts. Open the report and correct it if this is right.`,
  faults: {
    missing: 'This is needed.',
    'not-a-number': 'This is not a number.',
    'not-whole': 'A whole number, or nothing.',
    'out-of-range': 'This is out of range.',
    order: 'This is less than what stands before it.',
    'not-a-link': 'A link begins with http:// or https://.',
    'needs-both': 'Latitude and longitude go together.'
  },
  sent: 'Sent from this page',
  sentAs: (id: string) => `Report ${id}`,
  duplicate: 'known already',
  understood: 'The place was understood as',
  resolutions: {
    stated: 'the coordinates that you stated',
    gazetteer: 'the one place of that name',
    ambiguous: 'one of several places of that name. Which one?',
    unresolved:
      'unknown: no place of that name is known there. The report is kept, and triggers nothing by its place. Coordinates would help.',
    contradicting:
      'a contradiction: the coordinates lie outside the country. Both are kept, and it triggers nothing by its place.'
  } as Readonly<Record<string, string>>,
  spot: (name: string, area: string, lat: number, lon: number) =>
    `${name}${area === '' ? '' : `, ${area}`} (${lat.toFixed(2)}, ${lon.toFixed(2)})`,
  furtherSpots: (count: number) => `and ${count} more: state coordinates`,
  placed: 'The place is stored.',
  became: 'What became of it',
  noAlert: 'It is in no alert.',
  alerts: (count: number) => (count === 1 ? 'It is in one alert.' : `It is in ${count} alerts.`),
  notYet: 'Not assessed yet.',
  ask: 'Ask what became of it',
  opened: 'The opened report',
  openById: 'Open a report by its id',
  openByIdHint:
    'The id that was told when it was sent. It also stands in the address of this page.',
  open: 'Open',
  openedNotFound: 'There is no such report, or your key may not see it.',
  mayNotRead: 'Your key may not read reports back. It may withdraw this one.',
  openedAs: (source: string, revision: number) => `by ${source}, revision ${revision}`,
  hidesTexts:
    'What was seen or said, links and names of people are not shown to your key. A correction states the whole report: without them it takes them out.',
  startAnother: 'Write another report',
  withdraw: 'Withdraw it',
  withdrawReason: 'Why it is withdrawn',
  withdrawHint:
    'Kept with it, and read by others. A withdrawal is final, and takes the report out of its alerts.',
  withdrawSend: 'Withdraw the report',
  withdrawNot: 'Keep it',
  withdrawn: 'The report is withdrawn.',
  withdrawnAt: (time: string) => `Withdrawn ${time}:`
} as const
