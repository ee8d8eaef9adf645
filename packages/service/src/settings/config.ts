// Reads the settings of a process once: defaults, then tocsin.yaml, then TOCSIN_* of the
// environment, then flags. The result is frozen. Unknown keys and invalid values are refused with
// their origin, all of them at once. Pure.

import { findMeant } from '@tocsin/contracts/report/did-you-mean'
import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml'
import {
  type ConfigOf,
  findFault,
  isEntry,
  type Named,
  nameAll,
  namedSettings,
  readText,
  type Setting,
  type Settings
} from './settings.ts'

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

/** A flag. A text value is parsed like one from the environment. */
export interface Override {
  /** `webhooks.allowHttp` */
  readonly key: string
  readonly value: unknown
  /** `tocsin.yaml:12`, `TOCSIN_PORT`, `--port` */
  readonly origin: string
}

export interface ConfigSources {
  /** Null if there is none. */
  readonly file: { readonly name: string; readonly text: string } | null
  readonly env: Readonly<Record<string, string | undefined>>
  readonly overrides?: readonly Override[]
}

export interface LoadedConfig<S extends Settings> {
  readonly values: ConfigOf<S>
  readonly settings: S
}

/** The values of all settings. Throws ConfigError that names every wrong or unknown key. */
export function readConfig<S extends Settings>(
  settings: S,
  { file, env, overrides = [] }: ConfigSources
): LoadedConfig<S> {
  const named = nameAll(settings)
  const problems: ConfigProblem[] = []
  const inEnv = readEnv(named, env, problems)
  const inFile = file === null ? [] : readFile(settings, file.name, file.text, problems)
  const flags = overrides.map(each => ({
    ...each,
    value: readValue(named.find(({ key }) => key === each.key)?.setting, each.value)
  }))
  const given = [...inFile, ...inEnv, ...flags]
  return { values: takeGiven(named, given, problems) as ConfigOf<S>, settings }
}

function readValue(setting: Named['setting'] | undefined, value: unknown): unknown {
  const isText = typeof value === 'string' && setting !== undefined && setting.kind !== 'constant'
  return isText ? readText(setting, value) : value
}

/**
 * The defaults with some values replaced by key, checked like any other; for tests and tools, which
 * may replace constants too.
 */
export function defaultConfig<S extends Settings>(
  settings: S,
  replaced: Readonly<Record<string, unknown>> = {}
): ConfigOf<S> {
  const given = Object.entries(replaced).map(([key, value]) => ({ key, value, origin: testOrigin }))
  return takeGiven(nameAll(settings), given, []) as ConfigOf<S>
}

/** Of values that may replace constants. */
const testOrigin = 'TOCSIN_TEST_'

function takeGiven(
  named: readonly Named[],
  given: readonly Override[],
  problems: ConfigProblem[]
): object {
  const byKey = new Map(named.map(each => [each.key, each.setting]))
  const values = new Map(
    named.map(({ key, setting }) => [
      key,
      setting.kind === 'constant' ? setting.value : setting.default
    ])
  )
  for (const { key, value, origin } of given) {
    const setting = byKey.get(key)
    if (setting?.kind === 'constant' && origin.startsWith(testOrigin)) {
      values.set(key, value)
      continue
    }
    if (setting === undefined || setting.kind === 'constant') {
      problems.push({ key, origin, detail: describeUnknown(key, named, 'key') })
      continue
    }
    const detail = findFault(setting, value)
    if (detail === null) values.set(key, setting.normalize?.(value) ?? value)
    else problems.push({ key, origin, detail })
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return nest(named, values)
}

/** `name`: as the file or the environment gives it. */
function describeUnknown(name: string, named: readonly Named[], by: 'key' | 'env'): string {
  const known = named.find(each => each[by] === name)
  if (known?.setting.kind === 'constant')
    return `was removed: it is always ${String(known.setting.value)}. Delete it`
  const names = named.flatMap(each => (each.setting.kind === 'constant' ? [] : [each[by]]))
  return `is not a setting${suggestion(name, names)}`
}

/** ` (is … meant?)` for the nearest known name if it is near enough to be a typo; otherwise ''. */
export function suggestion(name: string, known: readonly string[]): string {
  const meant = findMeant(name, known)
  return meant === null ? '' : ` (is ${meant} meant?)`
}

function readEnv(
  named: readonly Named[],
  env: ConfigSources['env'],
  problems: ConfigProblem[]
): readonly Override[] {
  const byEnv = new Map(named.map(each => [each.env, each]))
  return Object.entries(env).flatMap(([name, text]): Override[] => {
    // The path of the file.
    if (!name.startsWith('TOCSIN_') || name === 'TOCSIN_CONFIG') return []
    if (name.startsWith(testOrigin)) {
      const known = byEnv.get(name.replace('TEST_', ''))
      return known?.setting.kind === 'constant'
        ? [{ key: known.key, value: JSON.parse(text ?? 'null'), origin: name }]
        : []
    }
    const known = byEnv.get(name)
    if (known === undefined || known.setting.kind === 'constant') {
      problems.push({ key: '', origin: name, detail: describeUnknown(name, named, 'env') })
      return []
    }
    // An empty value counts as unset: compose files and shells pass on unset variables.
    return text ? [{ key: known.key, value: readText(known.setting, text), origin: name }] : []
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
      if (entry === undefined || isEntry(entry)) return [{ key: here, value, origin }]
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

function nest(named: readonly Named[], values: ReadonlyMap<string, unknown>): object {
  const root: Record<string, unknown> = {}
  for (const { key, path } of named) {
    let group = root
    for (const part of path.slice(0, -1)) {
      group[part] ??= {}
      group = group[part] as Record<string, unknown>
    }
    group[path.at(-1) ?? key] = values.get(key)
  }
  return freezeDeep(root)
}

function freezeDeep<T>(value: T): T {
  if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) freezeDeep(inner)
  return Object.freeze(value)
}

/** Values by key for a log line, secrets masked. */
export function maskedConfig({
  settings,
  values
}: LoadedConfig<Settings>): Readonly<Record<string, string>> {
  const shown = ({ setting, path }: Named<Setting<unknown>>) => {
    const value = path.reduce<unknown>(
      (at, part) => (at as Record<string, unknown> | undefined)?.[part],
      values
    )
    if (value === null) return 'none'
    if (setting.secret) return '***'
    return (Array.isArray(value) ? value.join(', ') : String(value)) || 'none'
  }
  return Object.fromEntries(namedSettings(settings).map(each => [each.key, shown(each)]))
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
