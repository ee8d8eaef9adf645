// The settings that every process of the suite has. Settings of one service are in its own
// config.ts.

import { defaultFailureLimits } from '../access/failure-limiter.ts'
import { oidcSettings } from './oidc-settings.ts'
import { type ConfigOf, flag, integer, list, oneOf, secretText, text } from './settings.ts'

const minuteMs = 60_000

export const baseSettings = {
  host: text({
    default: '127.0.0.1',
    doc: 'Address to listen on. Anything but loopback opens the suite to the network.'
  }),
  port: integer({
    default: 8080,
    min: 0,
    max: 65_535,
    doc: 'Port to listen on; 0 = any free port.'
  }),
  publicUrl: text({
    default: '',
    pattern: '^(https?://[^/?#@\\s]+/?)?$',
    normalize: url => url.replace(/\/$/, ''),
    doc: 'Public address of the suite behind a proxy, such as https://tocsin.example.org. Its host and origin are allowed, and with https the session cookie is Secure.'
  }),
  data: text({
    default: './data',
    pattern: '.',
    doc: 'Folder of the log, the keys and all other state.'
  }),
  dataGroupMayEnter: flag({
    default: false,
    doc: 'True accepts a data folder that its group can enter, such as a volume of Kubernetes with fsGroup.'
  }),
  ownerKey: secretText({
    pattern: '^[\\x21-\\x7e]+$',
    doc: 'Key of the owner, who has every permission. If it is not given, one is created and stored in <data>/owner.key.'
  }),
  masterKey: secretText({
    doc: 'Master secret, 32 bytes in base64 or hex, from which all others are derived. If it is not given, one is created and stored in <data>/master.key.'
  }),
  logLevel: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    doc: 'Minimum level of log lines.'
  }),
  allowedHosts: list({
    default: [],
    pattern: '^[^\\s/@:]+$|^\\[[0-9a-fA-F:.]+\\]$',
    doc: 'Host names accepted in the Host header besides those of loopback and publicUrl. Without port.'
  }),
  allowedOrigins: list({
    default: [],
    pattern: '^https?://[^/?#@\\s]+$',
    doc: 'Origins besides the suite itself whose pages may call it with a key. Cookies work for its own origin only.'
  }),
  metricsAccess: oneOf(['loopback', 'open', 'admin'], {
    default: 'loopback',
    doc: 'Who may read /metrics: loopback = everyone if the suite listens on loopback only, else keys with `metrics:read` or `admin`, all theatres and handling `restricted`; open = everyone; admin = such keys only.'
  }),
  bodyBytesMax: integer({
    default: 1_048_576,
    min: 1024,
    max: 67_108_864,
    doc: 'Maximum size of a request body, bytes.'
  }),
  bodiesBytesMax: integer({
    default: 268_435_456,
    min: 1024,
    max: 17_179_869_184,
    doc: 'Maximum bytes of all bodies that are being read or processed; further requests get 503 with Retry-After. One key may use 64 MiB, then gets 429. Streams are not counted.'
  }),
  jsonDepthMax: integer({
    default: 32,
    min: 4,
    max: 256,
    doc: 'Maximum nesting of arrays and objects in a JSON body.'
  }),
  jsonValuesMax: integer({
    default: 100_000,
    min: 100,
    max: 5_000_000,
    doc: 'Maximum number of values in a JSON body; in that of a report at most 5000.'
  }),
  connectionsMax: integer({
    default: 4096,
    min: 1,
    max: 1_000_000,
    doc: 'Maximum number of open connections; further ones are closed at once.'
  }),
  connectionsPerAddressMax: integer({
    default: 3072,
    min: 1,
    max: 1_000_000,
    doc: 'Maximum number of open connections from one address (IPv6: one /64); further ones are closed at once. Behind a proxy all connections have its address.'
  }),
  headersTimeoutMs: integer({
    default: 10_000,
    min: 100,
    max: 10 * minuteMs,
    doc: 'Maximum time for receiving the headers of a request, ms.'
  }),
  requestTimeoutMs: integer({
    default: 30_000,
    min: 100,
    max: 10 * minuteMs,
    doc: 'Maximum time for receiving a whole request, ms.'
  }),
  idleTimeoutMs: integer({
    default: 65_000,
    min: 100,
    max: 10 * minuteMs,
    doc: 'Time after which an idle connection is closed, ms.'
  }),
  drainMs: integer({
    default: 0,
    min: 0,
    max: 10 * minuteMs,
    doc: 'Time after the signal to stop during which requests are still accepted while /readyz already answers 503, ms. For load balancers.'
  }),
  closeDeadlineMs: integer({
    default: 10_000,
    min: 100,
    max: 10 * minuteMs,
    doc: 'Maximum time for closing, without drainMs, after which remaining work is cut off, ms.'
  }),
  wrongKeysMax: integer({
    default: defaultFailureLimits.failuresMax,
    min: 1,
    max: 1_000_000,
    doc: 'Wrong keys accepted from one address within a minute before it has to wait.'
  }),
  sessionHours: integer({ default: 12, min: 1, max: 168, doc: 'Lifetime of a session, hours.' }),
  signInMinutes: integer({
    default: 60,
    min: 1,
    max: 1440,
    doc: 'Lifetime of an unused sign-in link, minutes.'
  }),
  requestsPerMinute: integer({
    default: 60_000,
    min: 0,
    max: 100_000_000,
    doc: 'Requests, and lines of streams, that one key may send to each process per minute, unless the key has its own limit; 0 = unlimited. The owner is not limited.'
  }),
  reportsPerDay: integer({
    default: 10_000_000,
    min: 0,
    max: 1_000_000_000,
    doc: 'Reports that one key may send to each process per UTC day, unless the key has its own limit; 0 = unlimited.'
  }),
  changesPerHour: integer({
    default: 1_000,
    min: 0,
    max: 100_000_000,
    doc: 'Records by which one key may change the suite at each process per hour: subscriptions, watches, rules, sources, theatres, keys. They are kept for ever; one of more than 4 KiB counts as several. 0 = unlimited. The owner is not limited.'
  }),
  actsPerHour: integer({
    default: 10_000,
    min: 0,
    max: 100_000_000,
    doc: 'The same of acts: on alerts and incidents, answers of partners, silences, hand-overs, ticks, sessions.'
  }),
  ...oidcSettings,
  webhooks: {
    allow: list({
      default: [],
      format: 'cidr',
      doc: 'Private networks that webhooks may reach, in CIDR. None by default.'
    }),
    allowHttp: flag({ default: false, doc: 'True allows webhooks to http addresses.' }),
    proxy: secretText({
      pattern: '^https?://[^/?#]+/?$',
      doc: 'HTTP proxy for webhooks, such as http://user:password@proxy.example:3128. Not used for the allowed networks. None by default.'
    }),
    consent: oneOf(['public', 'always', 'never'], {
      default: 'public',
      doc: 'Which endpoints must consent before any webhook is sent. public: each, but an administrator may vouch for one in the allowed networks. always: each. never: none.'
    })
  }
}
export type BaseConfig = ConfigOf<typeof baseSettings>
