// Words of the view of webhook subscriptions, their policies and their deliveries.

import { pluralIn } from '../language/language.ts'

const plural = pluralIn('en')

export const part = {
  subscriptions: {
    lead: 'Endpoints of partners to which alerts are sent, signed, until they are delivered.',
    none: 'There is no subscription yet.',
    create: 'New subscription',
    back: 'All subscriptions',
    open: 'Deliveries and settings',
    gone: 'This subscription does not exist, or is not yours.',
    states: {
      active: 'active',
      failing: 'failing: first retries',
      down: 'down: probed every few minutes',
      parked: 'parked: probed every half an hour',
      ended: 'gone: it answered 410',
      suspended: 'suspended: the key that made it is no longer valid',
      unconfirmed: 'not confirmed: the endpoint has not said yet that it wants this',
      disabled: 'paused: nothing is sent, and all is kept'
    } as Readonly<Record<string, string>>,
    unconfirmedHow:
      'The endpoint is sent a challenge for three days. It agrees by answering 200 to 299 with the challenge as its body, or as JSON with "challenge".',
    asked: (times: number, answer: string | null, until: string) =>
      `Asked ${times === 1 ? 'once' : `${times} times`}${answer === null ? '' : `, last answer: ${answer}`}. It is asked until ${until}.`,
    wants: 'Sends',
    everything: 'every alert that its maker may see',
    order: 'Order',
    orders: {
      'newest-state':
        'Newest state first: after an outage what holds now, and what that replaces is named',
      strict: 'Strict: every event, without a policy, each only after the one before was delivered'
    } as Readonly<Record<string, string>>,
    ordersShort: { 'newest-state': 'newest state first', strict: 'strict' } as Readonly<
      Record<string, string>
    >,
    lag: 'Waiting',
    waiting: (count: number) => (count === 0 ? 'nothing' : plural(count, 'delivery', 'deliveries')),
    setAside: 'Set aside',
    newest: 'Newest sequence',
    nothingYet: 'none yet',
    lastOutcome: 'Last attempt',
    contact: 'Contact',
    heartbeat: 'Heartbeat',
    everySeconds: (seconds: number) => `every ${plural(seconds, 'second', 'seconds')}`,
    notices: 'Sent besides',
    noticesShort: { silences: 'silences', watches: 'rosters without anybody on shift' } as Readonly<
      Record<string, string>
    >,
    digest: 'Weekly digest',
    digestMondays: 'on Mondays at 06:00 UTC',
    noticesWords: (kinds: readonly string[]) => kinds.join('; '),
    handling: 'May be sent',
    upTo: (handling: string) => `up to ${handling}`,

    form: {
      change: 'Change',
      kind: 'Destination',
      kinds: {
        webhook: 'Webhook',
        slack: 'Slack',
        teams: 'Microsoft Teams',
        telegram: 'Telegram',
        pagerduty: 'PagerDuty',
        email: 'Mail',
        alertmanager: 'Alertmanager'
      } as Readonly<Record<string, string>>,
      kindHints: {
        webhook: 'Signed events to an endpoint of your own.',
        slack: 'The address of an incoming webhook.',
        teams: 'The address of a workflow that posts to a channel.',
        telegram: 'A bot that is a member of the chat.',
        pagerduty: 'An integration of kind Events API v2. One incident for each alert.',
        email: 'A mail server with its login: smtps://user:password@mail.example.',
        alertmanager: 'Open alerts are sent again each minute.'
      } as Readonly<Record<string, string>>,
      urlExamples: {
        slack: 'https://hooks.slack.com/services/…',
        teams: 'https://….logic.azure.com/workflows/…',
        email: 'smtps://user:password@mail.example',
        alertmanager: 'https://alertmanager.example'
      } as Readonly<Record<string, string>>,
      destination: {
        token: 'Token',
        routingKey: 'Integration key',
        chat: 'Chat',
        to: 'Recipients',
        sender: 'Sender'
      },
      secretKept: 'Left empty, the present one is kept.',
      url: 'Address',
      urlHint: 'https, on a public address. What stands behind "?" is used, and never shown again.',
      urlExample: 'https://partner.example/hook',
      urlKept:
        'Left as it is, the address is kept with its hidden query. A new one must be typed whole.',
      any: 'all',
      types: 'Types of events',
      typesHint: 'Nothing chosen: all.',
      contact: 'Whom to contact if it fails',
      heartbeatSeconds: 'Heartbeat, seconds',
      heartbeatSecondsHint:
        'From 60. With it the receiver can tell quiet from broken. Empty: none.',
      notices: 'Sent besides alerts',
      noticeKinds: {
        silences: 'Silences: that one delays its alerts, that it matches none, and that it is over',
        watches:
          'Rosters that its maker declared: that nobody is on shift, and that somebody is again'
      } as Readonly<Record<string, string>>,
      digest: 'Weekly digest of its theatres: now, and on Mondays at 06:00 UTC',
      noticesHint:
        'Signed events outside the sequence. Make sure first that the receiver knows them.',
      create: 'Subscribe',
      save: 'Save the change',
      created: 'Subscribed. Store the secret below now.',
      saved: 'Saved.',
      warned: ({ pointer, detail }: { readonly pointer: string; readonly detail: string }) =>
        `${pointer === '/policy/watch' ? 'The roster of its policy' : pointer} ${detail}.`
    },
    newer:
      'This subscription was changed since you opened the form. To go on sends what you changed over it.',
    secret: 'Secret of the signatures.',
    secretMore: (overlap: string | null) =>
      overlap === null
        ? 'The receiver verifies each request with it (Standard Webhooks).'
        : `The earlier secret signs beside it until ${overlap}, so that the receiver can change over.`,

    pause: 'Pause',
    resume: 'Resume',
    paused: 'Paused. New deliveries wait.',
    resumed: 'Resumed. Waiting deliveries are sent now.',
    oldest: 'Oldest waiting',
    acceptedAt: 'Last delivered',
    failedAt: 'Last failure',
    hour: 'Delivered in the last hour',
    day: 'Delivered in the last day',
    share: (accepted: number, all: number) =>
      all === 0 ? 'nothing was tried' : `${accepted} of ${all} attempts`,
    took: 'Answers in',
    tookMs: (p50: number, p99: number) => `${p50} ms; 99 of 100 within ${p99} ms`,
    noBody: 'The log no longer has the event.',

    test: 'Send a test',
    testHow: 'One signed event marked as a drill, outside the sequence.',
    testAccepted: (status: number, ms: number) =>
      `The test was delivered: status ${status} in ${ms} ms. It is marked as a drill.`,
    testRefused: (what: string, ms: number) =>
      `The test was not delivered: ${what}, after ${ms} ms.`,
    statusWas: (status: number) => `status ${status}`,
    rotate: 'New secret',
    rotateAsk: (hours: number) =>
      `The earlier one signs beside it for ${hours} hours. Make a new one?`,
    rotateGo: 'Make a new secret',
    rotated: 'A new secret signs from now on.',
    remove: 'Delete',
    removeAsk: 'Waiting deliveries are no longer sent. Delete it?',
    removed: 'Deleted.',

    deliveries: 'Deliveries',
    noDeliveries: 'Nothing was sent yet. The next alert that fits will be.',
    older: 'Older ones',
    sequence: (sequence: number) => `Delivery ${sequence}`,
    retrying: 'not delivered yet, retrying',
    attempts: (count: number) => plural(count, 'attempt', 'attempts'),
    round: (round: number) => `replay ${round}`,
    request: 'Request',
    eventId: 'webhook-id',
    eventType: 'Event',
    previous: 'The one before',
    first: 'none: it is the first',
    names: 'Names as skipped',
    alert: 'Alert',
    planned: 'Planned',
    response: 'Answer',
    noAnswer: 'no answer',
    answered: (status: number, ms: number) => `status ${status} in ${ms} ms`,
    unanswered: (ms: number) => `no answer after ${ms} ms`,
    reason: 'Why not delivered',
    reasons: {
      redirected: 'it redirected, which Tocsin does not follow',
      'client-error': 'it refused the event',
      'rate-limited': 'it asked us to slow down',
      'server-error': 'it failed',
      'unexpected-status': 'an unexpected status',
      timeout: 'no answer in time',
      dns: 'its name has no address',
      connection: 'the connection failed',
      tls: 'its certificate is not valid',
      'address-refused': 'its address is not public',
      protocol: 'the answer was not HTTP',
      proxy: 'the proxy cannot be reached, or refused the address',
      exhausted: 'all attempts of its schedule failed',
      gone: 'it wants no more (410)',
      lapsed: 'not delivered within the days that it may wait'
    } as Readonly<Record<string, string>>,
    nextAt: 'Next attempt',
    emptyAnswer: 'No text: the answer was empty, or the endpoint has not consented to show it.',
    details: 'Request and answer',
    replayOne: 'Send again',
    replayFailed: 'Send all that failed again',
    replayed: (count: number) =>
      count === 0
        ? 'Nothing was there to send again.'
        : `${plural(count, 'delivery', 'deliveries')} will be sent again, in order.`
  },
  policies: {
    policy: 'Policy',
    telling: 'When alerts are sent',
    tellings: {
      policy: 'By a policy: fewer, later or once; what is delayed is sent as it is then',
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
      one: 'As one: while an alert that was sent stands, others of its story are delayed unless graver',
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
      repeat: (minutes: number) => `reminder every ${minutes} min while nobody answers`,
      watch: (name: string) => `on roster ${name}`,
      quiet: (from: string, to: string, zone: string) => `quiet ${from} to ${to} (${zone})`
    },
    held: 'delayed',
    heldBefore: (reason: string) => `delayed before: ${reason}`,
    seeSilences: 'See the silences',
    repeated: (count: number, time: string) =>
      count === 1
        ? `reminder at ${time}: nobody had answered`
        : `${count} reminders, last at ${time}: nobody had answered`,
    because: (reason: string) => `sent: ${reason}`,
    sendReasons: {
      first: 'the first of this alert',
      graver: 'it became graver',
      update: 'it changed',
      retracted: 'it was retracted',
      ended: 'it ended',
      repeat: 'nobody had answered'
    } as Readonly<Record<string, string>>
  }
} as const
