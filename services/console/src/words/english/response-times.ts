// Words of the report of times to answers.

const calls = (count: number): string =>
  `${count.toLocaleString('en')} ${count === 1 ? 'call' : 'calls'}`

export const responseTimesEn = {
  lead: 'How long it took from calls to their answers. A call is an alert from when it paged people until it was over; the time to a response ends with the earliest of what was done.',
  by: 'By',
  bys: { severity: 'severity', area: 'area', officer: 'officer', subscriber: 'subscriber' },
  from: 'From day',
  to: 'To and with day',
  span: 'Days, in UTC',
  lastDays: (count: number) => (count === 365 ? 'Last year' : `Last ${count} days`),
  all: 'All',
  csv: 'As CSV',
  none: 'Nobody was called in these days.',
  noneYet: 'Nobody was called yet.',
  noTimes: 'None was answered in this way.',
  table: {
    severity: 'Times by severity',
    area: 'Times by area',
    officer: 'Times by officer',
    subscriber: 'Times by subscriber'
  },
  names: {
    severity: 'Severity',
    area: 'Area',
    officer: 'Who acknowledged',
    subscriber: 'Subscriber'
  },
  called: 'Calls',
  acknowledged: 'Acknowledged',
  responded: 'Response recorded',
  unanswered: 'Unanswered',
  median: 'Half within',
  p90: 'Nine of ten within',
  noTime: 'no time',
  noArea: 'No area stated',
  nobody: 'nobody',
  plots: { acknowledgement: 'Time to acknowledgement', response: 'Time to response' },
  key: 'Dot: half were answered within that time. Diamond: nine of ten. The scale grows by multiples, so that minutes and days are both seen.',
  most: (count: number) => `Drawn are the ${count} with most calls; the table has all.`,
  range: (name: string, median: string, p90: string, answered: number, called: number) =>
    `${name}: half within ${median}, nine of ten within ${p90}; ${answered} of ${calls(called)}`,
  pair: (median: string, p90: string) => `${median} · ${p90}`,
  areasTwice: 'An alert counts in each of its areas and countries.',
  toSubscribers:
    'A call of a subscriber begins when its endpoint has the alert; it is acknowledged when a human there answers. Shown are subscriptions that you manage, and to officers those within their reach.',
  kept: 'Counted are the alerts that the suite has in memory.',
  units: {
    seconds: (n: number) => `${n} s`,
    minutes: (n: number) => `${n} min`,
    hours: (hours: number, minutes: number) =>
      minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`,
    days: (days: number, hours: number) => (hours === 0 ? `${days} d` : `${days} d ${hours} h`)
  }
} as const
