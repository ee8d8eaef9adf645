// The settings that every process of the suite has. Settings of one service are in its own
// config.ts.

import { oidcSettings } from './oidc-settings.ts'
import {
  type ConfigOf,
  choice,
  constant,
  flag,
  integer,
  list,
  secretText,
  text
} from './settings.ts'

export interface FailureLimits {
  /** Failures of one address within the window before it has to wait. */
  readonly failuresMax: number
  readonly windowMs: number
  readonly addressesMax: number
}

export const defaultFailureLimits: FailureLimits = {
  failuresMax: 30,
  windowMs: 60_000,
  addressesMax: 10_000
}

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
  logLevel: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
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
  metricsAccess: choice(['loopback', 'open', 'admin'], {
    default: 'loopback',
    doc: 'Who may read /metrics: loopback = everyone if the suite listens on loopback only, else keys with `metrics:read` or `admin`, all theatres and handling `restricted`; open = everyone; admin = such keys only.'
  }),
  bodyBytesMax: integer({
    default: 1_048_576,
    min: 1024,
    max: 67_108_864,
    doc: 'Maximum size of a request body, bytes.'
  }),
  /** Bytes of all bodies under way, a quarter of the memory of a small process; beyond it 503. */
  bodiesBytesMax: constant(268_435_456),
  /** No body nests ten levels: deeper JSON only costs time. */
  jsonDepthMax: constant(32),
  /** An area of 2,000 corners has 4,000 values; imports in one body have more. A report may have 5,000. */
  jsonValuesMax: constant(100_000),
  connectionsMax: integer({
    default: 4096,
    min: 1,
    max: 1_000_000,
    doc: 'Maximum number of open connections; further ones are closed at once. One address (IPv6: one /64), such as that of a proxy, has three quarters of them.'
  }),
  /** The largest headers, 16 KiB, take 4 s at 4 kB/s, ms. */
  headersTimeoutMs: constant(10_000),
  /** A body of 100 kB takes 25 s at 4 kB/s, ms. Streams have a pace of their own. */
  requestTimeoutMs: constant(30_000),
  /** Longer than the 60 s of common proxies, so that they close first, ms. */
  idleTimeoutMs: constant(65_000),
  drainMs: integer({
    default: 0,
    min: 0,
    max: 10 * minuteMs,
    doc: 'Time after the signal to stop during which requests are still accepted while /readyz already answers 503, ms. For load balancers.'
  }),
  /** Time to close before remaining work is cut off, ms: orchestrators kill after 30 s. */
  closeDeadlineMs: constant(10_000),
  /** Wrong keys accepted from one address within a minute before it has to wait. */
  wrongKeysMax: constant(defaultFailureLimits.failuresMax),
  sessionHours: integer({ default: 12, min: 1, max: 168, doc: 'Lifetime of a session, hours.' }),
  /** The time to pass a link on to a colleague; it works once. */
  signInMinutes: constant(60),
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
    consent: choice(['public', 'always', 'never'], {
      default: 'public',
      doc: 'Which endpoints must consent before any webhook is sent. public: each, but an administrator may vouch for one in the allowed networks. always: each. never: none.'
    })
  }
}
export type BaseConfig = ConfigOf<typeof baseSettings>
