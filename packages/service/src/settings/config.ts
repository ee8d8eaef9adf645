// Reads the settings of a process once: defaults, then tocsin.yaml, then TOCSIN_* of the
// environment, then flags. The result is frozen. Unknown keys and invalid values are refused with
// their origin, all of them at once.

import { type GivenValue, readConfigFile } from './config-file.ts'
import { suggestion } from './near-names.ts'
import { findFault, readText } from './setting-values.ts'
import {
  type ConfigOf,
  type NamedConstant,
  type NamedSetting,
  namedConstants,
  namedSettings,
  type Settings,
  valueAt
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
export type Override = GivenValue

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

/** Environment variables that are not settings: the path of the file, and variables of tests. */
const reservedEnv = /^TOCSIN_(?:CONFIG|TEST_[A-Z0-9_]+)$/

/** The values of all settings. Pure. Throws ConfigError that names every wrong or unknown key. */
export function readConfig<S extends Settings>(
  settings: S,
  sources: ConfigSources
): LoadedConfig<S> {
  const named = namedSettings(settings)
  const byKey = new Map(named.map(n => [n.key, n]))
  const constants = namedConstants(settings)
  const values = new Map<string, unknown>([
    ...named.map(n => [n.key, n.setting.default] as const),
    ...constants.map(({ key, value }) => [key, value] as const)
  ])
  const file =
    sources.file === null
      ? { given: [], faults: [] }
      : readConfigFile(settings, sources.file.name, sources.file.text)
  const env = readEnv(named, constants, sources.env)
  const problems: ConfigProblem[] = [...file.faults, ...env.faults]
  for (const { key, value, origin } of [
    ...file.given,
    ...env.given,
    ...readOverrides(byKey, sources.overrides ?? [])
  ]) {
    const known = byKey.get(key)
    const detail = known
      ? findFault(known.setting, value)
      : describeUnknown(key, [...byKey.keys()], constants)
    if (detail !== null) problems.push({ key, origin, detail })
    values.set(key, detail === null ? (known?.setting.normalize?.(value) ?? value) : value)
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return { values: freezeDeep(nest([...named, ...constants], values)) as ConfigOf<S>, settings }
}

/**
 * The defaults with some values replaced by key, checked like any other; for tests and tools, which
 * may replace constants too.
 */
export function defaultConfig<S extends Settings>(
  settings: S,
  replaced: Readonly<Record<string, unknown>> = {}
): ConfigOf<S> {
  const constants = namedConstants(settings)
  const isConstant = (key: string) => constants.some(each => each.key === key)
  const overrides = Object.entries(replaced)
    .filter(([key]) => !isConstant(key))
    .map(([key, value]) => ({ key, value, origin: 'replaced' }))
  const { values } = readConfig(settings, { file: null, env: {}, overrides })
  const all = [...namedSettings(settings), ...constants]
  const readValue = ({ key, path }: { readonly key: string; readonly path: readonly string[] }) =>
    isConstant(key) && Object.hasOwn(replaced, key) ? replaced[key] : valueAt(values, path)
  return freezeDeep(nest(all, new Map(all.map(each => [each.key, readValue(each)])))) as ConfigOf<S>
}

/** `name`: as the file or the environment gives it. */
function describeUnknown(
  name: string,
  known: readonly string[],
  constants: readonly NamedConstant[]
): string {
  const constant = constants.find(each => name === each.key || name === each.env)
  return constant === undefined
    ? `is not a setting${suggestion(name, known)}`
    : `was removed: it is always ${String(constant.value)}. Delete it`
}

function readEnv(
  named: readonly NamedSetting[],
  constants: readonly NamedConstant[],
  env: ConfigSources['env']
) {
  const byEnv = new Map(named.map(n => [n.env, n]))
  const given: GivenValue[] = []
  const faults: ConfigProblem[] = []
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('TOCSIN_') || reservedEnv.test(name)) continue
    const known = byEnv.get(name)
    // An empty value counts as unset: compose files and shells pass on unset variables.
    if (known && text)
      given.push({ key: known.key, value: readText(known.setting, text), origin: name })
    if (!known)
      faults.push({
        key: '',
        origin: name,
        detail: describeUnknown(name, [...byEnv.keys()], constants)
      })
  }
  return { given, faults }
}

function readOverrides(
  byKey: ReadonlyMap<string, NamedSetting>,
  overrides: readonly Override[]
): readonly GivenValue[] {
  return overrides.map(override => {
    const setting = byKey.get(override.key)?.setting
    return setting && typeof override.value === 'string'
      ? { ...override, value: readText(setting, override.value) }
      : override
  })
}

function nest(
  named: readonly { readonly key: string; readonly path: readonly string[] }[],
  values: ReadonlyMap<string, unknown>
): Record<string, unknown> {
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

function freezeDeep<T>(value: T): T {
  if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) freezeDeep(inner)
  return Object.freeze(value)
}
