// Reads the settings of a process once: defaults, then tocsin.yaml, then TOCSIN_* of the environment, then flags. What comes out is frozen.
// A key that nobody knows or a value that does not fit is refused by name, with where it came from; all of them at once.

import { BlockList, isIP } from 'node:net'
import { Ajv } from 'ajv'
import { isMap, isScalar, LineCounter, type Pair, parseDocument } from 'yaml'
import { type ConfigOf, isSetting, type NamedSetting, namedSettings, type Setting, type Settings } from './settings.ts'

export interface ConfigProblem {
  readonly key: string
  /** `tocsin.yaml:12`, `TOCSIN_PORT`, `--port` */
  readonly origin: string
  readonly detail: string
}

/** The configuration can't be used. `problems` names every key that is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'config-invalid'
  readonly retryable = false
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(p => `${p.origin}: ${p.key === '' ? '' : `${p.key} `}${p.detail}`).join('\n'))
    this.problems = problems
  }
}

export interface Override {
  /** `webhooks.allowHttp` */
  readonly key: string
  /** Text is read as from the environment. */
  readonly value: unknown
  /** `--port` */
  readonly origin: string
}

export interface ConfigSources {
  /** Null where there is none. */
  readonly file: { readonly name: string; readonly text: string } | null
  readonly env: Readonly<Record<string, string | undefined>>
  readonly overrides?: readonly Override[]
}

export interface LoadedConfig<S extends Settings> {
  readonly values: ConfigOf<S>
  /** By key, where its value came from; `default` included. */
  readonly origins: ReadonlyMap<string, string>
  readonly settings: S
}

interface Given {
  readonly key: string
  readonly value: unknown
  readonly origin: string
}

/** Names of the environment that are not settings: where the file is, and what tests say to each other. */
const reservedEnv = /^TOCSIN_(?:CONFIG|TEST_[A-Z0-9_]+)$/

/** Values of all settings with where each came from. Pure. Throws ConfigError that names every wrong or unknown key. */
export function readConfig<S extends Settings>(settings: S, sources: ConfigSources): LoadedConfig<S> {
  const named = namedSettings(settings)
  const problems: ConfigProblem[] = []
  const byKey = new Map(named.map(n => [n.key, n]))
  const values = new Map<string, unknown>(named.map(n => [n.key, n.setting.default]))
  const origins = new Map<string, string>(named.map(n => [n.key, 'default']))
  for (const given of [
    ...fromFile(settings, sources.file, problems),
    ...fromEnv(named, sources.env, problems),
    ...(sources.overrides ?? []).map(o => readText(byKey.get(o.key)?.setting, o))
  ]) {
    const known = byKey.get(given.key)
    if (!known) {
      problems.push({ ...given, detail: `is not a setting${suggestion(given.key, [...byKey.keys()])}` })
      continue
    }
    const detail = faultOf(known.setting, given.value)
    if (detail !== null) problems.push({ ...given, detail })
    values.set(given.key, given.value)
    origins.set(given.key, given.origin)
  }
  if (problems.length > 0) throw new ConfigError(problems.map(({ key, origin, detail }) => ({ key, origin, detail })))
  return { values: freezeDeep(nest(named, values)) as ConfigOf<S>, origins, settings }
}

/** The defaults with some values replaced by key, checked like any other: what tests and tools start from. */
export function defaultConfig<S extends Settings>(settings: S, replaced: Readonly<Record<string, unknown>> = {}): ConfigOf<S> {
  const overrides = Object.entries(replaced).map(([key, value]) => ({ key, value, origin: 'replaced' }))
  return readConfig(settings, { file: null, env: {}, overrides }).values
}

/** One line per setting: key, value and where it came from. Secrets are masked. Pure. */
export function describeConfig(loaded: LoadedConfig<Settings>): string {
  const named = namedSettings(loaded.settings)
  const width = Math.max(...named.map(n => n.key.length))
  return named
    .map(n => `${n.key.padEnd(width)}  ${shown(n.setting, valueAt(loaded.values, n.path))}  (${loaded.origins.get(n.key)})`)
    .join('\n')
}

/** The same as data, for a log line. Secrets are masked. */
export function maskedConfig(loaded: LoadedConfig<Settings>): Readonly<Record<string, string>> {
  return Object.fromEntries(namedSettings(loaded.settings).map(n => [n.key, shown(n.setting, valueAt(loaded.values, n.path))]))
}

/** The text of .env.example: every setting with its meaning and default, commented out. Pure. */
export function envExample(settings: Settings): string {
  const head =
    '# Every setting of the suite as the environment names it, with its default. Made from the settings themselves; a test holds it to them.\n'
  const entries = namedSettings(settings).map(({ env, setting }) => `# ${setting.doc}\n# ${env}=${envValue(setting)}`)
  return `${head}\n${entries.join('\n\n')}\n`
}

function envValue({ default: value }: Setting<unknown>): string {
  if (value === null) return ''
  return Array.isArray(value) ? value.join(',') : String(value)
}

function shown(setting: Setting<unknown>, value: unknown): string {
  if (value === null) return 'none'
  if (setting.secret) return '***'
  return typeof value === 'string' ? value || 'none' : Array.isArray(value) ? value.join(', ') || 'none' : String(value)
}

function* fromFile(settings: Settings, file: ConfigSources['file'], problems: ConfigProblem[]): Generator<Given> {
  if (file === null) return
  const lines = new LineCounter()
  const document = parseDocument(file.text, { lineCounter: lines, uniqueKeys: true })
  const originAt = (offset: number) => `${file.name}:${lines.linePos(offset).line}`
  for (const error of document.errors)
    problems.push({ key: '', origin: originAt(error.pos[0]), detail: 'is not well-formed YAML' })
  if (document.errors.length > 0 || document.contents === null) return
  if (!isMap(document.contents)) {
    problems.push({ key: '', origin: originAt(0), detail: 'must be a map of settings' })
    return
  }
  yield* fromMap(document.contents.items as Pair[], settings, [], originAt, document, problems)
}

function* fromMap(
  items: readonly Pair[],
  settings: Settings,
  path: readonly string[],
  originAt: (offset: number) => string,
  document: { toJS(): unknown },
  problems: ConfigProblem[]
): Generator<Given> {
  for (const { key, value } of items) {
    const name = isScalar(key) ? String(key.value) : '?'
    const here = [...path, name]
    const origin = originAt(isScalar(key) ? (key.range?.[0] ?? 0) : 0)
    const entry = Object.hasOwn(settings, name) ? settings[name] : undefined
    if (entry && !isSetting(entry)) {
      if (isMap(value)) yield* fromMap(value.items as Pair[], entry, here, originAt, document, problems)
      else if (!(isScalar(value) && value.value === null))
        problems.push({ key: here.join('.'), origin, detail: 'must be a section of settings' })
    } else yield { key: here.join('.'), value: valueAt(document.toJS(), here), origin }
  }
}

function* fromEnv(named: readonly NamedSetting[], env: ConfigSources['env'], problems: ConfigProblem[]): Generator<Given> {
  const byEnv = new Map(named.map(n => [n.env, n]))
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('TOCSIN_') || reservedEnv.test(name)) continue
    const known = byEnv.get(name)
    // An empty value is none: compose files and shells pass on names that nobody set.
    if (known && text) yield readText(known.setting, { key: known.key, value: text, origin: name })
    if (!known) problems.push({ key: '', origin: name, detail: `is not a setting${suggestion(name, [...byEnv.keys()])}` })
  }
}

/** Turns text into the kind of value that a setting takes; what can't be turned stays text and is refused later. */
function readText(setting: Setting<unknown> | undefined, given: Given): Given {
  if (!setting || typeof given.value !== 'string') return given
  const value = given.value
  if (setting.kind === 'list') {
    const items = value.split(',').map(item => item.trim())
    return { ...given, value: items.filter(item => item !== '') }
  }
  if (setting.kind === 'boolean') return { ...given, value: value === 'true' ? true : value === 'false' ? false : value }
  if (setting.kind === 'integer' || setting.kind === 'number') {
    return { ...given, value: /^-?[0-9]+(?:\.[0-9]+)?$/.test(value) ? Number(value) : value }
  }
  return given
}

const ajv = new Ajv({ allErrors: false })
ajv.addFormat('cidr', isCidr)

function faultOf(setting: Setting<unknown>, value: unknown): string | null {
  const validate = ajv.compile(setting.schema)
  if (validate(value)) return null
  const error = validate.errors?.[0]
  const item = error?.instancePath ? `, item ${Number(error.instancePath.slice(1)) + 1},` : ''
  const allowed = error?.keyword === 'enum' ? `: ${(setting.schema.enum as readonly string[]).join(', ')}` : ''
  const detail =
    error?.keyword === 'format' && error.params.format === 'cidr'
      ? 'must be a network in CIDR, such as 10.0.0.0/8'
      : error?.message
  return `${item}${detail}${allowed} (${setting.doc})`.trimStart()
}

function isCidr(text: string): boolean {
  const [address, prefix, ...rest] = text.split('/')
  const version = isIP(address ?? '')
  if (version === 0 || rest.length > 0 || !/^[0-9]{1,3}$/.test(prefix ?? '')) return false
  try {
    new BlockList().addSubnet(address ?? '', Number(prefix), version === 4 ? 'ipv4' : 'ipv6')
    return true
  } catch {
    return false
  }
}

function nest(named: readonly NamedSetting[], values: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const { key, path } of named) {
    let group = root
    for (const part of path.slice(0, -1)) {
      group[part] ??= {}
      group = group[part] as Record<string, unknown>
    }
    group[path[path.length - 1] ?? key] = values.get(key)
  }
  return root
}

function valueAt(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], tree)
}

function freezeDeep<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) freezeDeep(inner)
  return Object.freeze(value)
}

/** ` (is … meant?)` for the nearest known name, where one is near. */
function suggestion(name: string, known: readonly string[]): string {
  const near = known
    .map(candidate => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance)[0]
  return near && near.distance <= Math.max(2, Math.floor(name.length / 4)) ? ` (is ${near.candidate} meant?)` : ''
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      next[j] = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + cost)
    }
    row = next
  }
  return row[b.length] ?? 0
}
