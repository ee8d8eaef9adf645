// The settings that every process of the suite has. What only one service needs stands in that service's own config.ts.

import { defaultFailureLimits } from '../access/failure-limiter.ts'
import { oidcSettings } from './oidc-settings.ts'
import { type ConfigOf, flag, integer, list, oneOf, secretText, text } from './settings.ts'

const minuteMs = 60_000

export const baseSettings = {
  host: text({ default: '127.0.0.1', doc: 'Address to listen on. Anything but loopback opens the suite to the network.' }),
  port: integer({ default: 8080, min: 0, max: 65_535, doc: 'Port to listen on; 0 takes a free one.' }),
  publicUrl: text({
    default: '',
    pattern: '^(https?://[^/?#@\\s]+/?)?$',
    doc: 'Where people reach the suite when a proxy stands before it, such as https://tocsin.example.org. Its host and origin are allowed, and with https the session cookie is Secure.'
  }),
  data: text({ default: './data', pattern: '.', doc: 'Folder of the log, the keys and all state.' }),
  ownerKey: secretText({
    pattern: '^[\\x21-\\x7e]+$',
    doc: 'Key of the owner, who may do everything. Without it one is made and kept in <data>/owner.key.'
  }),
  masterKey: secretText({
    doc: 'Master secret, 32 bytes in base64 or hex, from which all others are derived. Without it one is made and kept in <data>/master.key.'
  }),
  logLevel: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    doc: 'Least level of log lines that are written.'
  }),
  allowedHosts: list({
    default: [],
    pattern: '^[^\\s/@:]+$|^\\[[0-9a-fA-F:.]+\\]$',
    doc: 'Names, besides those of loopback and of publicUrl, that a Host header may have. Without port.'
  }),
  allowedOrigins: list({
    default: [],
    pattern: '^https?://[^/?#@\\s]+$',
    doc: 'Origins, besides its own, whose pages may call the suite with a key. Cookies are for its own origin alone.'
  }),
  metricsAccess: oneOf(['loopback', 'open', 'admin'], {
    default: 'loopback',
    doc: 'Who may read /metrics: everyone if the suite listens on loopback alone and admin keys otherwise, everyone always, or admin keys only.'
  }),
  bodyBytesMax: integer({ default: 1_048_576, min: 1024, max: 67_108_864, doc: 'Largest body of one request, bytes.' }),
  bodiesBytesMax: integer({
    default: 268_435_456,
    min: 1024,
    max: 17_179_869_184,
    doc: 'Most bytes of all bodies that are being read or wait for their answer; further requests are answered 503 with Retry-After, and 429 from a quarter of it on for one key. Streams are not counted.'
  }),
  jsonDepthMax: integer({ default: 32, min: 4, max: 256, doc: 'Deepest nesting of arrays and objects in a JSON body.' }),
  jsonValuesMax: integer({
    default: 100_000,
    min: 100,
    max: 5_000_000,
    doc: 'Most values in a JSON body; in that of a report no more than 5000.'
  }),
  connectionsMax: integer({
    default: 4096,
    min: 1,
    max: 1_000_000,
    doc: 'Most open connections; further ones are closed at once.'
  }),
  connectionsPerAddressMax: integer({
    default: 3072,
    min: 1,
    max: 1_000_000,
    doc: 'Most open connections from one address (IPv6: one /64); further ones are closed at once. Behind a proxy all are of its address.'
  }),
  headersTimeoutMs: integer({
    default: 10_000,
    min: 100,
    max: 10 * minuteMs,
    doc: 'Longest time a client may take for its headers, ms.'
  }),
  requestTimeoutMs: integer({
    default: 30_000,
    min: 100,
    max: 10 * minuteMs,
    doc: 'Longest time a client may take for a whole request, ms.'
  }),
  idleTimeoutMs: integer({ default: 65_000, min: 100, max: 10 * minuteMs, doc: 'How long an idle connection is kept, ms.' }),
  drainMs: integer({
    default: 0,
    min: 0,
    max: 10 * minuteMs,
    doc: 'How long requests are still taken after the signal to stop, while /readyz already answers 503, ms. For load balancers.'
  }),
  closeDeadlineMs: integer({
    default: 10_000,
    min: 100,
    max: 10 * minuteMs,
    doc: 'How long closing may take, without drainMs, before what is left is cut off, ms.'
  }),
  wrongKeysMax: integer({
    default: defaultFailureLimits.failuresMax,
    min: 1,
    max: 1_000_000,
    doc: 'Wrong keys that may come from one address within a minute before it is told to wait.'
  }),
  sessionHours: integer({ default: 12, min: 1, max: 168, doc: 'Life of a session, hours.' }),
  signInMinutes: integer({ default: 60, min: 1, max: 1440, doc: 'Life of a sign-in link that nobody uses, minutes.' }),
  requestsPerMinute: integer({
    default: 60_000,
    min: 0,
    max: 100_000_000,
    doc: 'Requests, and lines of streams, that one key may send in a minute to each process, unless it has a limit of its own; 0 = any number. The owner has none.'
  }),
  reportsPerDay: integer({
    default: 10_000_000,
    min: 0,
    max: 1_000_000_000,
    doc: 'Reports that one key may send in a day of UTC to each process, unless it has a limit of its own; 0 = any number.'
  }),
  ...oidcSettings,
  webhooks: {
    allow: list({
      default: [],
      format: 'cidr',
      doc: 'Private networks that webhooks may reach, in CIDR. None by default.'
    }),
    allowHttp: flag({ default: false, doc: 'Whether webhooks may go to http addresses.' })
  }
}
export type BaseConfig = ConfigOf<typeof baseSettings>
