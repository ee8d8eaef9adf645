// Bench `auth`: whether the duration of a refusal reveals anything about a secret. All kinds of
// keys are judged in short interleaved slices in shuffled order, so that disturbances affect all
// kinds alike; then keys that differ from a valid one only in the last letters are compared
// pairwise with unrelated ones. Method and bound are dudect's; the statistic is the sign test's,
// which a few disturbed slices cannot shift. Source: Reparaz, Balasch, Verbauwhede, "Dude, is my
// code constant time?", 2017.

import { randomBytes } from 'node:crypto'
import type { ControlRecord, KeyRecord } from '@tocsin/domain/control/control-record'
import {
  applyControl,
  type ControlState,
  emptyControlState
} from '@tocsin/domain/control/control-state'
import type { Clock } from '@tocsin/domain/ports'
import { type MintedKey, mintKey } from '@tocsin/service-kit/access/api-key'
import { type Secrets as SuiteSecrets, secretsFrom } from '@tocsin/service-kit/privacy/secrets'
import { systemRandom } from '@tocsin/service-kit/process/clock'
import { Authenticator } from '@tocsin/service-kit/sign-in/authentication'
import { refusalsOverSocket } from './auth-socket.ts'

const kinds = [
  'far',
  'near',
  'near-owner',
  'revoked',
  'expired',
  'rotated',
  'good',
  'owner'
] as const
type Kind = (typeof kinds)[number]
/**
 * Kinds that must be indistinguishable from `far` by duration: a difference would reveal a secret
 * letter by letter.
 */
const secretKinds: readonly Kind[] = ['near', 'near-owner']
/** |z| from which a difference counts as likely, as dudect's |t|. */
const zMax = 4.5
/**
 * Maximum difference between kinds of refusal, ns. The answer names the kind anyway; this is a
 * hundredth of a request's own variation.
 */
const refusalSpreadMaxNs = 5_000
const keysPerKind = 512
const callsPerSlice = 16

export interface KindFigure {
  readonly kind: Kind
  readonly slices: number
  readonly medianNs: number
  readonly p90Ns: number
  /**
   * Sign test of the differences to `far`: how often it was slower, in standard deviations from
   * half of the turns.
   */
  readonly z: number
}

export interface AuthBench {
  readonly bench: 'auth'
  readonly kinds: readonly KindFigure[]
  /** The kinds that could reveal a secret, from request written to answer read. */
  readonly overSocket: readonly KindFigure[]
  readonly zMax: number
  /** Between the fastest and the slowest kind of refusal, medians, ns. */
  readonly refusalSpreadNs: number
  readonly reached: boolean
}

/** Measures for `seconds` and prints. Resolves with the figures. */
export async function benchAuth({
  json,
  seconds
}: {
  readonly json: boolean
  readonly seconds: number
}): Promise<AuthBench> {
  const { authenticator, secrets, state, suiteSecrets } = subject()
  const samples = measured(authenticator, secrets, seconds)
  const figures = kinds.map(kind => figureOf(kind, samples[kind], samples.far))
  const asked: readonly Kind[] = ['far', ...secretKinds]
  const trips = await refusalsOverSocket({
    state,
    secrets: suiteSecrets,
    clock: restlessClock(),
    seconds,
    turn: () => shuffled(asked),
    secretOf: kind => presentedOf(secrets, kind)
  })
  const overSocket = asked.map(kind =>
    figureOf(kind, trips.get(kind) ?? [], trips.get('far') ?? [])
  )
  const refusals = figures
    .filter(({ kind }) => kind !== 'good' && kind !== 'owner')
    .map(({ medianNs }) => medianNs)
  const refusalSpreadNs = Math.max(...refusals) - Math.min(...refusals)
  const isBlind = [...figures, ...overSocket].every(
    ({ kind, z }) => !secretKinds.includes(kind) || Math.abs(z) < zMax
  )
  const bench: AuthBench = {
    bench: 'auth',
    kinds: figures,
    overSocket,
    zMax,
    refusalSpreadNs,
    reached: isBlind && refusalSpreadNs <= refusalSpreadMaxNs
  }
  console.log(json ? JSON.stringify(bench) : rendered(bench))
  return bench
}

/**
 * A secret of each kind, generated anew where possible: a constant one has its place in caches,
 * which would bias its time.
 */
type Secrets = Readonly<Record<Kind, () => string>>

interface Subject {
  readonly authenticator: Authenticator
  readonly secrets: Secrets
  readonly state: ControlState
  readonly suiteSecrets: SuiteSecrets
}

/** An authenticator with good, revoked, expired and rotated keys, and secrets of every kind. */
function subject(): Subject {
  const ownerKey = `tk_${randomBytes(32).toString('base64url')}`
  const minted = (): readonly MintedKey[] =>
    Array.from({ length: keysPerKind }, () => mintKey(systemRandom))
  const [good, revoked, expired, rotated] = [minted(), minted(), minted(), minted()]
  const records: ControlRecord[] = [
    ...[...good, ...revoked, ...rotated].map(key => created(key, null)),
    ...expired.map(key => created(key, '2020-01-01T00:00:00.000Z')),
    ...revoked.map(({ keyId }) => record({ type: 'key.revoked', data: { keyId } })),
    ...rotated.map(({ keyId, secretHash }) => {
      const data = {
        keyId,
        secretHash: mintKey(systemRandom).secretHash,
        replaces: secretHash,
        overlapUntil: null
      }
      return record({ type: 'key.rotated', data })
    })
  ]
  const state: ControlState = records.reduce(applyControl, emptyControlState)
  const suiteSecrets = secretsFrom(randomBytes(32), ownerKey)
  const authenticator = new Authenticator({
    secrets: suiteSecrets,
    control: { state },
    clock: restlessClock(),
    random: systemRandom,
    sessionHours: 1,
    signInMinutes: 1
  })
  const oneOf = (keys: readonly MintedKey[]) => () => keys[chance(keys.length)]!.secret
  return {
    authenticator,
    state,
    suiteSecrets,
    secrets: {
      far: () => `tk_${randomBytes(32).toString('base64url')}`,
      near: () => withOtherEnd(oneOf(good)()),
      'near-owner': () => withOtherEnd(ownerKey),
      revoked: oneOf(revoked),
      expired: oneOf(expired),
      rotated: oneOf(rotated),
      good: oneOf(good),
      owner: () => ownerKey
    }
  }
}

function created({ keyId, secretHash }: MintedKey, expiresAt: string | null): ControlRecord {
  const data: KeyRecord = {
    keyId,
    name: keyId,
    secretHash,
    scopes: ['reports:write'],
    theatres: '*',
    handling: 'internal',
    expiresAt
  }
  return record({ type: 'key.created', data })
}

let records = 0
function record(payload: Pick<ControlRecord, 'type' | 'data'>): ControlRecord {
  return { ...payload, id: String(++records), time: '2019-01-01T00:00:00.000Z' } as ControlRecord
}

/** The same secret with its last two letters replaced. */
function withOtherEnd(secret: string): string {
  const end = letters[chance(letters.length)]! + letters[chance(letters.length)]!
  return secret.slice(0, -2) + (secret.endsWith(end) ? '..' : end)
}

function chance(below: number): number {
  return Math.floor(Math.random() * below)
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * A distinct string, like one from a header: how a string was built, and where it lies, affects the
 * time of its use.
 */
function flat(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** Each call sees a clock one minute later, so that earlier failures cause no throttling. */
function restlessClock(): Clock {
  let elapsedMs = 0
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => {
      elapsedMs += 60_000
      return elapsedMs
    },
    sleep: async () => {}
  }
}

/** Nanoseconds of one call, slice by slice. */
function measured(
  authenticator: Authenticator,
  secrets: Secrets,
  seconds: number
): Readonly<Record<Kind, number[]>> {
  const samples = Object.fromEntries(kinds.map(kind => [kind, [] as number[]])) as Record<
    Kind,
    number[]
  >
  const warmUntilMs = performance.now() + Math.min(1_000, seconds * 250)
  const endMs = warmUntilMs + seconds * 1_000
  for (let nowMs = performance.now(); nowMs < endMs; nowMs = performance.now()) {
    for (const kind of shuffled(kinds)) {
      const ns = slice(authenticator, secrets, kind)
      if (nowMs >= warmUntilMs) samples[kind].push(ns)
    }
  }
  return samples
}

/**
 * Prepares the same inputs before each call, whichever it uses: preceding work affects the timing
 * of the next.
 */
function presentedOf(secrets: Secrets, kind: Kind): string {
  const made = {
    far: flat(secrets.far()),
    near: flat(secrets.near()),
    'near-owner': flat(secrets['near-owner']())
  }
  return kind in made ? made[kind as keyof typeof made] : flat(secrets[kind]())
}

function slice(authenticator: Authenticator, secrets: Secrets, kind: Kind): number {
  const presented: string[] = []
  for (let i = 0; i < callsPerSlice; i++) presented.push(presentedOf(secrets, kind))
  const before = process.hrtime.bigint()
  for (const secret of presented) authenticator.authenticateKey(secret, '192.0.2.1')
  return Number(process.hrtime.bigint() - before) / callsPerSlice
}

function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map(item => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

function figureOf(kind: Kind, samples: readonly number[], far: readonly number[]): KindFigure {
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)]!
  return {
    kind,
    slices: sorted.length,
    medianNs: at(0.5),
    p90Ns: at(0.9),
    z: kind === 'far' ? 0 : signTestZ(samples, far)
  }
}

/** The sign test of two equally long series: positive if the first is mostly greater. Pure. */
function signTestZ(a: readonly number[], b: readonly number[]): number {
  const signs = a.map((value, i) => Math.sign(value - b[i]!)).filter(sign => sign !== 0)
  const greater = signs.filter(sign => sign > 0).length
  return signs.length === 0 ? 0 : (2 * greater - signs.length) / Math.sqrt(signs.length)
}

function rendered({ kinds: figures, overSocket, refusalSpreadNs, reached }: AuthBench): string {
  const rowOf = ({ kind, slices, medianNs, p90Ns, z }: KindFigure) => {
    const judged = secretKinds.includes(kind)
      ? `  |z| < ${zMax} ${Math.abs(z) < zMax ? 'reached' : 'SHORT'}`
      : ''
    return `${kind.padEnd(11)} ${medianNs.toFixed(0).padStart(7)} ${p90Ns.toFixed(0).padStart(7)} ${z.toFixed(1).padStart(8)} ${String(slices).padStart(8)}${judged}`
  }
  return [
    'auth: one key judged, ns; z is the difference to `far`, keys that share nothing with a valid one',
    `${'kind'.padEnd(11)} ${'median'.padStart(7)} ${'p90'.padStart(7)} ${'z'.padStart(8)} ${'slices'.padStart(8)}`,
    ...figures.map(rowOf),
    `kinds of refusal differ by ${refusalSpreadNs.toFixed(0)} ns  ≤ ${refusalSpreadMaxNs} ${refusalSpreadNs <= refusalSpreadMaxNs ? 'reached' : 'SHORT'}`,
    'over a socket, from a request to its answer:',
    ...overSocket.map(rowOf),
    reached ? 'reached' : 'SHORT'
  ].join('\n')
}
