// Tokens for SASL OAUTHBEARER from a command. A token is used again until a fifth of its life is
// left: brokers end a session with its token, and a connection authenticates again before that.

import { type ExecFileOptions, execFile } from 'node:child_process'
import type { BearerTokens } from '@tocsin/event-log/kafka/driver/driver'
import { systemClock } from '@tocsin/event-log/system-clock'

/** kafkajs authenticates again 10 s before the end of a session; the new token must outlast it. */
const marginMsMin = 15_000
const marginMsMax = 5 * 60_000
/** A token without a stated end is used again for this long, ms. */
const unknownLifeMs = 60_000
const runMsMax = 20_000
const tokenBytesMax = 64 * 1024
const stderrShown = 200

export interface Token {
  readonly value: string
  /** Null if the command does not say it. */
  readonly endMs: number | null
}

interface CachedToken extends Token {
  /** From then on the command runs again. */
  readonly renewMs: number
}

export class TokenCommand implements BearerTokens {
  readonly #program: string
  readonly #args: readonly string[]
  readonly #nowMs: () => number
  #cached: CachedToken | null = null
  #running: Promise<string> | null = null

  constructor(command: string, nowMs: () => number = () => systemClock.nowMs()) {
    const [program, ...args] = command.trim().split(/\s+/)
    this.#program = program!
    this.#args = args
    this.#nowMs = nowMs
  }

  /** Rejects if the command fails and the last token is no longer valid. */
  async get(): Promise<string> {
    if (this.#cached !== null && this.#nowMs() < this.#cached.renewMs) return this.#cached.value
    this.#running ??= this.#renew().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  forget(token: string): void {
    if (this.#cached?.value === token) this.#cached = null
  }

  async #renew(): Promise<string> {
    try {
      const token = parseToken(await this.#run(), this.#nowMs())
      this.#cached = { ...token, renewMs: computeRenewal(token, this.#nowMs()) }
      return token.value
    } catch (error) {
      const old = this.#cached
      if (old !== null && old.endMs !== null && this.#nowMs() < old.endMs) return old.value
      throw error
    }
  }

  /** What the command prints. Our own secrets are not in its environment. */
  #run(): Promise<string> {
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('TOCSIN_'))
    )
    const options: ExecFileOptions = {
      env,
      timeout: runMsMax,
      killSignal: 'SIGKILL',
      maxBuffer: tokenBytesMax
    }
    return new Promise((resolve, reject) => {
      execFile(this.#program, this.#args, options, (error, stdout, stderr) => {
        if (error === null) return resolve(String(stdout))
        const why = error.killed
          ? `did not end within ${runMsMax / 1000} s`
          : `failed (${error.code ?? error.signal})`
        const said = String(stderr).trim().split('\n')[0]!.slice(0, stderrShown)
        reject(new Error(`kafka.tokenCommand ${why}${said === '' ? '' : `: ${said}`}`))
      })
    })
  }
}

function computeRenewal({ endMs }: Token, nowMs: number): number {
  if (endMs === null) return nowMs + unknownLifeMs
  return endMs - Math.min(Math.max((endMs - nowMs) / 5, marginMsMin), marginMsMax)
}

/**
 * A token from the output of a command: the token alone, or JSON. The end of a JWT without a stated
 * one is its `exp`. Throws for anything else, without quoting it. Pure.
 */
export function parseToken(output: string, nowMs: number): Token {
  const text = output.trim()
  const answer = text.startsWith('{') ? parseObject(text) : { access_token: text }
  const { access_token: value, expires_in: seconds, expires_at: at } = answer
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value))
    throw new Error('kafka.tokenCommand prints no token: neither a word nor JSON with access_token')
  if (Number.isFinite(Number(seconds ?? Number.NaN)))
    return { value, endMs: nowMs + Number(seconds) * 1000 }
  const endMs = typeof at === 'number' ? at * 1000 : Date.parse(String(at ?? ''))
  return { value, endMs: Number.isFinite(endMs) ? endMs : readJwtEnd(value) }
}

function readJwtEnd(token: string): number | null {
  const claims = token.split('.')[1]
  const { exp } =
    claims === undefined ? {} : parseObject(Buffer.from(claims, 'base64url').toString())
  return typeof exp === 'number' ? exp * 1000 : null
}

/** Empty for text that is no JSON object. */
function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
