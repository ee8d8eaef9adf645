// Definitions of settings: kind, default, limits, meaning. The type, the JSON Schema, the
// environment variable and the documentation follow from one definition. config.ts reads files and
// the environment.

import { BlockList, isIP } from 'node:net'
import { Ajv, type ErrorObject } from 'ajv'

export interface Setting<T> {
  readonly kind: 'text' | 'integer' | 'boolean' | 'list'
  readonly schema: Readonly<Record<string, unknown>>
  readonly default: T
  /** One sentence with the unit and the meaning of the limits. */
  readonly doc: string
  /** True: never printed. */
  readonly secret: boolean
  /** A valid value, quoted to a user who gave an invalid one. */
  readonly example?: string
  /** One form for values that mean the same. */
  normalize?(value: T): T
}

/**
 * A value beside the settings that no operator has a reason to change: neither a file nor the
 * environment sets it. Tests may, also by `TOCSIN_TEST_` before its name.
 */
export interface Constant<T> {
  readonly kind: 'constant'
  readonly value: T
}

type Entry = Setting<unknown> | Constant<unknown>

/** A tree of settings; a group is a section of tocsin.yaml. */
export interface Settings {
  readonly [key: string]: Entry | Settings
}

/** The values of a tree of settings. */
export type ConfigOf<S> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> | Constant<infer T> ? T : ConfigOf<S[K]>
}

type Described<T> = Pick<Setting<T>, 'default' | 'doc' | 'example' | 'normalize'>
/** Of each text. */
interface Form {
  readonly pattern?: string
  readonly format?: string
}

export function text({ pattern, format, ...given }: Described<string> & Form): Setting<string> {
  const schema = { type: 'string', maxLength: 1024, pattern, format }
  return { ...given, kind: 'text', schema, secret: false }
}

/** A text that is never printed; null if none is given. */
export function secretText({
  pattern,
  doc
}: { readonly doc: string } & Form): Setting<string | null> {
  const schema = { type: 'string', minLength: 1, maxLength: 1024, pattern }
  return { doc, kind: 'text', schema, default: null, secret: true }
}

export function choice<const C extends readonly string[]>(
  choices: C,
  given: Described<C[number]>
): Setting<C[number]> {
  const doc = `${given.doc} One of ${choices.join(', ')}.`
  return { ...given, doc, kind: 'text', schema: { enum: choices }, secret: false }
}

export function integer({
  min,
  max,
  ...given
}: Described<number> & { readonly min: number; readonly max: number }): Setting<number> {
  const schema = { type: 'integer', minimum: min, maximum: max }
  return { ...given, kind: 'integer', schema, secret: false }
}

export function flag(given: Described<boolean>): Setting<boolean> {
  return { ...given, kind: 'boolean', schema: { type: 'boolean' }, secret: false }
}

/** A list of texts; comma-separated in the environment. */
export function list({
  pattern,
  format,
  itemsMax = 64,
  ...given
}: Described<readonly string[]> & Form & { readonly itemsMax?: number }): Setting<
  readonly string[]
> {
  const items = { type: 'string', minLength: 1, maxLength: 256, pattern, format }
  return {
    ...given,
    ...{ kind: 'list', schema: { type: 'array', maxItems: itemsMax, items }, secret: false }
  }
}

export function constant<T>(value: T): Constant<T> {
  return { kind: 'constant', value }
}

export interface Named<E = Entry> {
  /** `webhooks.allowHttp`: its path in tocsin.yaml. */
  readonly key: string
  readonly path: readonly string[]
  /** `TOCSIN_WEBHOOKS_ALLOW_HTTP` */
  readonly env: string
  readonly setting: E
}

/** All settings and constants of a tree, in order. Throws if two have one environment variable. */
export function nameAll(settings: Settings): readonly Named[] {
  const named = walk(settings, [])
  const names = new Set<string>()
  for (const { key, env } of named) {
    if (names.has(env))
      throw new Error(`two settings have the environment variable ${env}; the second is ${key}`)
    names.add(env)
  }
  return named
}

/** The settings alone. */
export function namedSettings(settings: Settings): readonly Named<Setting<unknown>>[] {
  return nameAll(settings).filter(
    (each): each is Named<Setting<unknown>> => each.setting.kind !== 'constant'
  )
}

function walk(settings: Settings, path: readonly string[]): Named[] {
  return Object.entries(settings).flatMap(([name, entry]) => {
    const here = [...path, name]
    if (!isEntry(entry)) return walk(entry, here)
    const words = here.map(part => part.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase())
    return [{ key: here.join('.'), path: here, env: `TOCSIN_${words.join('_')}`, setting: entry }]
  })
}

export function isEntry(entry: Entry | Settings): entry is Entry {
  return typeof entry.kind === 'string'
}

/** Text from the environment or a flag as the type of a setting; unchanged if it is none. */
export function readText({ kind }: Setting<unknown>, text: string): unknown {
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (kind === 'integer') return /^-?[0-9]+$/.test(text) ? Number(text) : text
  if (kind === 'text') return text
  return text
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')
}

const ajv = new Ajv({ allErrors: false, validateSchema: false })
ajv.addFormat('cidr', isCidr)
/** Longest value that a message quotes, characters. */
const shownMax = 100

/**
 * What is wrong with a value, with the meaning of the setting; null if it is valid. Quotes the
 * value, unless the setting is secret.
 */
export function findFault(setting: Setting<unknown>, value: unknown): string | null {
  const validate = ajv.compile(setting.schema)
  if (validate(value)) return null
  const error = validate.errors?.[0]
  if (error === undefined) return null
  const index = error.instancePath === '' ? null : Number(error.instancePath.slice(1))
  const wrong = index === null ? value : (value as readonly unknown[])[index]
  const quoted = JSON.stringify(wrong) ?? String(wrong)
  const short = quoted.length <= shownMax ? quoted : `${quoted.slice(0, shownMax)}…`
  const example = setting.example === undefined ? '' : `, such as ${setting.example}`
  return `${index === null ? '' : `item ${index + 1} `}${setting.secret ? '' : `${short} `}${describeReason(error)}${example} (${setting.doc})`
}

function describeReason({ keyword, params, message }: ErrorObject): string {
  if (keyword === 'format' && params.format === 'cidr')
    return 'must be a network in CIDR, such as 10.0.0.0/8'
  if (keyword === 'pattern') return 'does not have the right form'
  if (keyword === 'enum')
    return `must be one of ${(params.allowedValues as readonly string[]).join(', ')}`
  return message ?? 'is invalid'
}

function isCidr(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0 || !/^[0-9]{1,3}$/.test(prefix)) return false
  try {
    new BlockList().addSubnet(address, Number(prefix), version === 4 ? 'ipv4' : 'ipv6')
    return true
  } catch {
    return false
  }
}
