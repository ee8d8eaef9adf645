// Words of when a subscription tells of alerts.

export const policiesEn = {
  policy: 'Policy',
  telling: 'When alerts are sent',
  tellings: {
    policy: 'By a policy: fewer, later or once; what is held is sent as it is then',
    each: 'Each update at once'
  },
  leastSeverity: 'Least severity of the first notification',
  leastSeverityHint:
    'Later updates of an alert that was sent are sent at any severity. Unless changed: minor, so all.',
  groupWaitSeconds: 'Wait for others of its story, seconds',
  groupWaitSecondsHint:
    'How long a new alert waits, so that its story is sent once. Extreme alerts never wait. Empty: 30.',
  updateMinutes: 'Least time between two notifications of one alert, minutes',
  updateMinutesHint: 'Unless it became graver or was retracted. Empty: 15.',
  stories: 'Alerts of one story',
  storyWords: {
    one: 'As one: while an alert that was sent stands, others of its story are held unless graver',
    each: 'Each by itself'
  } as Readonly<Record<string, string>>,
  unansweredMinutes: 'Only if unacknowledged for, minutes',
  unansweredMinutesHint:
    'Escalation: first sent when nobody has acknowledged it or recorded a response for so long, whatever its severity. What pages nobody is not sent. 0: at once.',
  repeatMinutes: 'Reminder while unacknowledged, every so many minutes',
  repeatMinutesHint:
    'An alert that was sent and stands is sent again until somebody acknowledges it. 0: never; else at least the time between two notifications.',
  watch: 'Roster that it uses',
  watchHint:
    'Notified while the current shift names this subscription, and while nobody is on shift.',
  noWatch: 'None: always notified',
  unknownWatch: (id: string) => `${id}: deleted, or not for you to know`,
  endings: 'Send the end of an alert',
  endingsHint: 'The retraction of an alert that was sent is always sent.',
  hasQuietHours: 'Quiet hours',
  hasQuietHoursHint:
    'Only extreme alerts and retractions are sent in these hours. The rest is sent when they end.',
  quietFrom: 'From',
  quietTo: 'To',
  timeZone: 'Time zone',
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
