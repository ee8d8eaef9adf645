// Words of the report of times to answers.

const responseTimes = {
  lead: 'A call is an alert from its first page until it is over. It counts under the gravest severity that it had.',
  by: 'By',
  bys: { severity: 'severity', area: 'area', officer: 'officer', subscriber: 'subscriber' },
  from: 'From day',
  to: 'To day (included)',
  span: 'Days, in UTC',
  lastDays: (count: number) => (count === 365 ? 'Last year' : `Last ${count} days`),
  all: 'All',
  csv: 'As CSV',
  none: 'Nobody was paged in these days.',
  noneYet: 'Nobody was paged yet.',
  noTimes: 'None yet.',
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
  count: 'Count',
  unacknowledged: 'Unacknowledged now',
  inTime: 'In time',
  allInTime: 'All three in time',
  median: 'Median',
  p90: '90 %',
  noTime: 'no time',
  nobody: 'nobody',
  measures: { detection: 'Raised', acknowledgement: 'Acknowledged', response: 'Response' },
  plots: {
    detection: 'From the beginning to the page',
    acknowledgement: 'From the page to acknowledgement',
    response: 'From the page to the first response'
  },
  target: (time: string) => `target ${time}`,
  met: (met: number, all: number) =>
    `${met} of ${all} ${all === 1 ? 'alert' : 'alerts'} met all three targets: raised within 7 days of the beginning, acknowledged within 1, response within 7 (7-1-7).`,
  key: 'Dot: median. Diamond: 90 %. Dashed: target.',
  most: (count: number) => `The ${count} with most calls. The table has all.`,
  range: (name: string, median: string, p90: string, inTime: string) =>
    `${name}: median ${median}, 90 % within ${p90}; ${inTime}`,
  nothing: (name: string, of: number) => `${name}: none of ${of}`,
  share: (inTime: number, of: number) => `${inTime} of ${of} in time`,
  pair: (median: string, p90: string) => `${median} · ${p90}`,
  areasTwice: 'An alert counts in each of its areas and countries.',
  toSubscribers:
    'A call of a subscriber begins when its endpoint has the alert; it is acknowledged when a human there answers.',
  kept: 'Covers all alerts of these days that you can see.'
} as const

export const part = { responseTimes }
