// Words of when a subscription tells of alerts.

export const policiesEn = {
  policy: 'Policy',
  telling: 'When alerts are told',
  tellings: {
    policy: 'By a policy: less, later or once; what is held is told as it is then',
    each: 'Each event at once'
  },
  leastSeverity: 'Least severity of the first telling',
  leastSeverityHint:
    'Once told, later events of an alert are told at any severity. Unless changed: minor, so all.',
  groupWaitSeconds: 'Wait for others of its story, seconds',
  groupWaitSecondsHint:
    'How long a new alert waits, so that its story is told once. What is extreme never waits. Empty: 30.',
  updateMinutes: 'Least time between two tellings of one alert, minutes',
  updateMinutesHint: 'Unless it became graver or was withdrawn. Empty: 15.',
  stories: 'Alerts of one story',
  storyWords: {
    one: 'Told as one: while a told one stands, others of it are held unless they are graver',
    each: 'Each told by itself'
  } as Readonly<Record<string, string>>,
  unansweredMinutes: 'Only when nobody has answered for, minutes',
  unansweredMinutesHint:
    'Paging on: told first when nobody acknowledged it or recorded a response for so long, whatever its severity. What pages nobody is not told. 0: at once.',
  repeatMinutes: 'Told again while nobody answers, every minutes',
  repeatMinutesHint:
    'What was told and stands is told again as a reminder until somebody answers it. 0: never; else at least the time between two tellings.',
  watch: 'Watch that it follows',
  watchHint:
    'Told while this subscription is a line of the shift that is on, and while nobody is on.',
  noWatch: 'None: told always',
  unknownWatch: (id: string) => `${id}: withdrawn, or not for you to know`,
  endings: 'Tell when an alert ends',
  endingsHint: 'A withdrawal of what was told is always told.',
  hasQuietHours: 'Quiet hours',
  hasQuietHoursHint:
    'Only what is extreme, and withdrawals, are told in these hours. The rest is told when they end.',
  quietFrom: 'From',
  quietTo: 'To',
  timeZone: 'Time zone',
  timeZoneHint: 'Such as Africa/Bamako: the hours are those of its clocks.',
  name: 'Tells',
  parts: {
    least: (severity: string) => `first from ${severity} on`,
    wait: (seconds: number) =>
      seconds === 0 ? 'without waiting' : `after ${seconds} s for its story`,
    update: (minutes: number) =>
      minutes === 0 ? 'every change' : `changes every ${minutes} min at most`,
    one: 'a story as one',
    each: 'each of a story',
    noEndings: 'no endings',
    unanswered: (minutes: number) => `when nobody has answered for ${minutes} min`,
    repeat: (minutes: number) => `again every ${minutes} min while nobody answers`,
    watch: (name: string) => `on watch ${name}`,
    quiet: (from: string, to: string, zone: string) => `quiet ${from} to ${to} (${zone})`
  },
  held: 'held',
  heldBefore: (reason: string) => `held before: ${reason}`,
  seeSilences: 'See the silences',
  repeated: (count: number, time: string) =>
    count === 1
      ? `told again at ${time}: nobody had answered`
      : `told again ${count} times, last at ${time}: nobody had answered`,
  because: (reason: string) => `told: ${reason}`,
  tellReasons: {
    first: 'the first of this alert',
    graver: 'it became graver',
    update: 'it changed',
    retracted: 'it was retracted',
    ended: 'it ended',
    repeat: 'nobody had answered'
  } as Readonly<Record<string, string>>
} as const
