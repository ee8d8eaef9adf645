// Settings of a process. Type, JSON Schema, environment variable and documentation follow from one
// definition: kind, default, limits, meaning. Values are read once: defaults, then tocsin.yaml, then
// TOCSIN_* of the environment, then flags. Unknown keys and invalid values are refused with their
// origin, all of them at once. Pure.

import { isIP } from 'node:net'
import { findMeant } from '@tocsin/contracts/report/did-you-mean'
import { Ajv, type ErrorObject } from 'ajv'
import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml'

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
  /** `TOCSIN_WEBHOOKS_ALLOW_HTTP` */
  readonly env: string
  readonly setting: E
}

/** All settings and constants of a tree, in order. Throws if two have one environment variable. */
function nameAll(settings: Settings): readonly Named[] {
  const named = listEntries(settings, '')
  const double = named.find((each, i) => named.findIndex(({ env }) => env === each.env) !== i)
  if (double !== undefined)
    throw new Error(`two settings have the environment variable ${double.env}`)
  return named
}

function listEntries(settings: Settings, path: string): Named[] {
  return Object.entries(settings).flatMap(([name, setting]) => {
    const key = `${path}${name}`
    if (!isEntry(setting)) return listEntries(setting, `${key}.`)
    const words = key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll('.', '_')
    return [{ key, env: `TOCSIN_${words.toUpperCase()}`, setting }]
  })
}

export function namedSettings(settings: Settings): readonly Named<Setting<unknown>>[] {
  return nameAll(settings).filter(
    (each): each is Named<Setting<unknown>> => each.setting.kind !== 'constant'
  )
}

function isEntry(entry: Entry | Settings): entry is Entry {
  return typeof entry.kind === 'string'
}

export interface ConfigProblem {
  /** '' if the whole file, or an environment variable, is meant. */
  readonly key: string
  /** `tocsin.yaml:12`, `TOCSIN_PORT`, `--port` */
  readonly origin: string
  readonly detail: string
}

/** The configuration is invalid. `problems` names every wrong key. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'config-invalid'
  readonly retryable = false
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(
      problems.map(p => `${p.origin}: ${p.key === '' ? '' : `${p.key} `}${p.detail}`).join('\n')
    )
    this.problems = problems
  }
}

export interface Override {
  /** `webhooks.allowHttp` */
  readonly key: string
  /** A text is read as one of the environment. */
  readonly value: unknown
  /** `tocsin.yaml:12`, `TOCSIN_PORT`, `--port` */
  readonly origin: string
  /** True: of its own type. */
  readonly isTyped?: true
}

export interface ConfigSources {
  /** Null if there is none. */
  readonly file: { readonly name: string; readonly text: string } | null
  readonly env: Readonly<Record<string, string | undefined>>
  readonly overrides?: readonly Override[]
}

/**
 * The values of all settings, and by key for a log line, secrets masked. Throws ConfigError that
 * names every wrong or unknown key.
 */
export function readConfig<S extends Settings>(
  settings: S,
  { file, env, overrides = [] }: ConfigSources
) {
  const problems: ConfigProblem[] = []
  const inFile = file === null ? [] : readFile(settings, file.name, file.text, problems)
  return takeGiven(settings, [...inFile, ...readEnv(settings, env), ...overrides], problems)
}

/**
 * The defaults with some values replaced by key, checked like any other; for tests and tools, which
 * may replace constants too.
 */
export function defaultConfig<S extends Settings>(
  settings: S,
  replaced: Readonly<Record<string, unknown>> = {}
): ConfigOf<S> {
  const given = Object.entries(replaced).map(
    ([key, value]) => ({ key, value, origin: testOrigin, isTyped: true }) as const
  )
  return takeGiven(settings, given, []).values
}

/** Of values that may replace constants. */
const testOrigin = 'TOCSIN_TEST_'

function takeGiven<S extends Settings>(
  settings: S,
  given: readonly Override[],
  problems: ConfigProblem[]
) {
  const named = nameAll(settings)
  const values = new Map(
    named.map(({ key, setting }) => [key, 'value' in setting ? setting.value : setting.default])
  )
  for (const { key, value, origin, isTyped } of given) {
    const setting = named.find(each => each.key === key)?.setting
    if (setting === undefined || setting.kind === 'constant') {
      if (setting !== undefined && origin.startsWith(testOrigin)) values.set(key, value)
      else problems.push(describeUnknown(key, origin, named))
      continue
    }
    const read = typeof value === 'string' && !isTyped ? readText(setting, value) : value
    const detail = findFault(setting, read)
    if (detail === null) values.set(key, setting.normalize?.(read) ?? read)
    else problems.push({ key, origin, detail })
  }
  if (problems.length > 0) throw new ConfigError(problems)
  const build = (tree: Settings, path: string): object => {
    const members = Object.entries(tree).map(([name, each]) => {
      const key = `${path}${name}`
      return [name, isEntry(each) ? Object.freeze(values.get(key)) : build(each, `${key}.`)]
    })
    return Object.freeze(Object.fromEntries(members))
  }
  const shown = namedSettings(settings).map(({ key, setting }) => {
    const text = [values.get(key) ?? ''].flat().join(', ')
    return [key, text === '' ? 'none' : setting.secret ? '***' : text]
  })
  return {
    values: build(settings, '') as ConfigOf<S>,
    shown: Object.fromEntries(shown) as Readonly<Record<string, string>>
  }
}

/** What is wrong with a key, or a variable of the environment, that sets nothing. */
function describeUnknown(key: string, origin: string, named: readonly Named[]): ConfigProblem {
  const by = origin.startsWith('TOCSIN_') ? 'env' : 'key'
  const name = by === 'env' ? origin : key
  const known = named.find(each => each[by] === name)
  const names = named.flatMap(each => (each.setting.kind === 'constant' ? [] : [each[by]]))
  const detail =
    known?.setting.kind === 'constant'
      ? `was removed: it is always ${String(known.setting.value)}. Delete it`
      : `is not a setting${suggestion(name, names)}`
  return { key: by === 'env' ? '' : key, origin, detail }
}

/** ` (is … meant?)` for the nearest known name if it is near enough to be a typo; otherwise ''. */
export function suggestion(name: string, known: readonly string[]): string {
  const meant = findMeant(name, known)
  return meant === null ? '' : ` (is ${meant} meant?)`
}

function readEnv(settings: Settings, env: ConfigSources['env']): readonly Override[] {
  const named = nameAll(settings)
  return Object.entries(env).flatMap(([name, text = '']): Override[] => {
    // The path of the file.
    if (!name.startsWith('TOCSIN_') || name === 'TOCSIN_CONFIG') return []
    const isTest = name.startsWith(testOrigin)
    const known = named.find(each => each.env === (isTest ? name.replace('TEST_', '') : name))
    if (isTest)
      return known?.setting.kind === 'constant'
        ? [{ key: known.key, value: JSON.parse(text), origin: name }]
        : []
    // An empty value counts as unset: compose files and shells pass on unset variables.
    const isUnset = text === '' && known !== undefined && known.setting.kind !== 'constant'
    return isUnset ? [] : [{ key: known?.key ?? '', value: text, origin: name }]
  })
}

/** All keys of a file; nested sections are flattened where the settings have them. */
function readFile(
  settings: Settings,
  name: string,
  text: string,
  problems: ConfigProblem[]
): readonly Override[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const originAt = (offset: number) => `${name}:${lines.linePos(offset).line || 1}`
  const refuse = (key: string, origin: string, detail: string) => {
    problems.push({ key, origin, detail })
    return []
  }
  const readMap = (map: YAMLMap, known: Settings, path: string): Override[] =>
    map.items.flatMap(({ key, value: node }) => {
      const keyName = isScalar(key) ? String(key.value) : '?'
      const here = path === '' ? keyName : `${path}.${keyName}`
      const origin = originAt(isScalar(key) ? (key.range?.[0] ?? 0) : 0)
      const entry = Object.hasOwn(known, keyName) ? known[keyName] : undefined
      const value: unknown =
        node === null ? null : (node as { toJS(of: unknown): unknown }).toJS(document)
      if (entry === undefined || isEntry(entry))
        return [{ key: here, value, origin, isTyped: true }]
      if (isMap(node)) return readMap(node as YAMLMap, entry, here)
      return value === null ? [] : refuse(here, origin, 'must be a section of settings')
    })
  const [error] = document.errors
  if (error !== undefined) return refuse('', originAt(error.pos[0]), 'is not well-formed YAML')
  const { contents } = document
  if (isMap(contents)) return readMap(contents as YAMLMap, settings, '')
  return contents === null || (isScalar(contents) && contents.value === null)
    ? []
    : refuse('', originAt(0), 'must be a map of settings')
}

/** Text from the environment or a flag as the type of a setting; unchanged if it is none. */
function readText({ kind }: Setting<unknown>, text: string): unknown {
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (kind === 'integer') return /^-?[0-9]+$/.test(text) ? Number(text) : text
  return kind === 'list' ? (text.match(/[^\s,][^,]*/g) ?? []).map(item => item.trim()) : text
}

const ajv = new Ajv({ allErrors: false, validateSchema: false })
ajv.addFormat('cidr', isCidr)
/** Longest value that a message quotes, characters. */
const shownMax = 100

/**
 * What is wrong with a value, with the meaning of the setting; null if it is valid. Quotes the
 * value, unless the setting is secret.
 */
function findFault(setting: Setting<unknown>, value: unknown): string | null {
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
  const [address = '', prefix = '', rest] = text.split('/')
  const bitsMax = { 4: 32, 6: 128 }[isIP(address)] ?? -1
  return rest === undefined && /^[0-9]{1,3}$/.test(prefix) && Number(prefix) <= bitsMax
}

/** The text of .env.example: every setting with its meaning and default, commented out. */
export function envExample(settings: Settings): string {
  const head =
    '# Every setting by its environment variable, with its default. Generated from the settings; a test compares the two.\n'
  const entries = namedSettings(settings).map(
    ({ env, setting: { doc, default: value } }) =>
      `# ${doc}\n# ${env}=${Array.isArray(value) ? value.join(',') : String(value ?? '')}`
  )
  return `${head}\n${entries.join('\n\n')}\n`
}
