// Settings of the notifier alone, with unit and limits. webhooks.allow and webhooks.allowHttp are
// base settings.

import { type ConfigOf, constant, flag, integer, text } from '@tocsin/service/settings/settings'

export const notifierSettings = {
  notifier: {
    /**
     * Newest events cached for clients that resume: minutes of a busy suite. Older ones are read
     * from the log.
     */
    recentEventsMax: constant(20_000),
    /**
     * Concurrent webhook attempts at healthy endpoints. Others have half as many of their own, so
     * that they delay no healthy one.
     */
    attemptsMax: constant(128),
    /**
     * Pending deliveries of a subscription; beyond that its events wait in the alerts log until half
     * are done.
     */
    pendingMax: constant(200_000),
    pendingDays: integer({
      default: 30,
      min: 0,
      max: 36_500,
      doc: 'How long a delivery waits or is parked, days; then it lapses, and its partner has the feed. 0 = for ever.'
    }),
    deliveriesDays: integer({
      default: 30,
      min: 0,
      max: 36_500,
      doc: 'How long the deliveries log keeps what was done, days; it can be listed and replayed so long. What still waits is kept. 0 = for ever. Also on Kafka, whose topic itself has no retention limit.'
    }),
    /** Webhook subscriptions; a key may have 250. */
    subscriptionsMax: constant(1000),
    /** Subscriptions with metrics of their own: each has a dozen series. The others are `other`. */
    subscriptionsLabelledMax: constant(100),
    /** The same of theatres and sources, by name. */
    theatresLabelledMax: constant(50),
    /** Each is compared at sign-in, and listed. */
    keysMax: constant(10_000),
    /** Each has a fold; theatres are regions, and the world has hundreds. */
    theatresMax: constant(1024),
    /** Each is listed, and in the control log for ever. */
    sourcesMax: constant(100_000)
  },
  cap: {
    sender: text({
      default: '',
      pattern: '^[^\\s,<&]*$',
      doc: 'Sender of CAP documents, unique in the world, without spaces, commas, < and &, such as alerts@example.org. If it is empty: the host of publicUrl, else tocsin.'
    }),
    senderName: text({
      default: 'Tocsin',
      pattern: '.',
      doc: 'Name of the sender of CAP documents, for people.'
    }),
    contact: text({
      default: '',
      doc: 'Whom readers of CAP documents may ask; empty = nobody is named.'
    }),
    addresses: flag({
      default: false,
      doc: 'Whether a key that reads alerts has an address at which anybody who knows it reads public alerts as CAP without a header (GET /v1/cap-address).'
    })
  },
  export: {
    /** Each walks over all alerts; one more gets 429. */
    runningMax: constant(8),
    /** Per key. */
    runningPerKeyMax: constant(2),
    /** A client that reads no data for so long is cut off, ms. */
    slowMs: constant(30_000)
  },
  stream: {
    /** A screen that receives no heartbeat for 30 s shows a warning: three heartbeats, ms. */
    heartbeatMs: constant(10_000),
    staleAfterMs: integer({
      default: 10_000,
      min: 1_000,
      max: 600_000,
      doc: 'How long the end of the alerts log may be unknown, ms; after that clients learn that nothing is live and are closed with 4000. Longer where brokers take long to fail over.'
    }),
    /** Proxies and NATs forget idle connections after 30 s or more, ms. */
    pingMs: constant(25_000),
    /** The slowest links answer within it, ms; longer where much was sent before the ping. */
    pongMs: constant(8_000),
    /** Clients authenticate within one exchange, ms. */
    authenticateMs: constant(10_000),
    /** Bytes queued for one client: some thousand events. Beyond that its events wait in the log. */
    queueBytesMax: constant(1_048_576),
    /** A client that does not read its queue for so long is closed with 4001, ms. */
    slowMs: constant(30_000),
    /** The largest filter, a polygon, is smaller. */
    messageBytesMax: constant(65_536),
    /** Messages, pings and unasked pongs of a connection: clients send one and then pongs. */
    messagesPerMinuteMax: constant(120),
    connectionsMax: integer({
      default: 2000,
      min: 1,
      max: 1_000_000,
      doc: 'Maximum number of authenticated stream connections; one more is closed with 4029. One key, session or token holder has three quarters of them.'
    }),
    /** Connections that have not authenticated; beyond that the oldest is closed with 4029. */
    strangersMax: constant(1024),
    /** Subscriptions of a connection: a screen has one or two. */
    subscriptionsMax: constant(16),
    /** Cost of the filters per key: alternatives and positions, compared for each event. */
    filterCostPerKeyMax: constant(50_000),
    /** Of all keys: some milliseconds an event. */
    filterCostMax: constant(200_000),
    /** Requests that wait for a first row of the feed; one more gets 429. */
    feedWaitsMax: constant(500),
    /** Per key. */
    feedWaitsPerKeyMax: constant(50),
    /** Open alerts of a snapshot part, which also ends at 32 KiB. */
    snapshotAlertsMax: constant(500),
    /** A client that is further behind gets a snapshot: it would read events for minutes. */
    catchUpRecordsMax: constant(100_000)
  }
}
export type NotifierConfig = ConfigOf<typeof notifierSettings>
