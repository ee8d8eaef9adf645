// Definitions of settings: kind, default, limits, meaning. The type, the JSON Schema, the
// environment variable and the documentation follow from one definition. config.ts reads files and
// the environment.

export type SettingKind = 'text' | 'integer' | 'boolean' | 'list'

export interface Setting<T> {
  readonly kind: SettingKind
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
 * environment sets it. Tests may.
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

interface Described {
  readonly doc: string
}

export function text<const D extends string>(
  s: Described &
    Pick<Setting<string>, 'normalize' | 'example'> & {
      default: D
      pattern?: string
      format?: string
    }
): Setting<string> {
  const limits = {
    ...(s.pattern === undefined ? {} : { pattern: s.pattern }),
    ...(s.format === undefined ? {} : { format: s.format })
  }
  return {
    kind: 'text',
    schema: { type: 'string', maxLength: 1024, ...limits },
    default: s.default,
    doc: s.doc,
    secret: false,
    ...(s.normalize === undefined ? {} : { normalize: s.normalize }),
    ...(s.example === undefined ? {} : { example: s.example })
  }
}

/** A text that is never printed; null if none is given. */
export function secretText(s: Described & { pattern?: string }): Setting<string | null> {
  const limits = s.pattern === undefined ? {} : { pattern: s.pattern }
  return {
    kind: 'text',
    schema: { type: 'string', minLength: 1, maxLength: 1024, ...limits },
    default: null,
    doc: s.doc,
    secret: true
  }
}

export function choice<const C extends readonly string[]>(
  choices: C,
  s: Described & { default: C[number] }
): Setting<C[number]> {
  return {
    kind: 'text',
    schema: { enum: choices },
    default: s.default,
    doc: `${s.doc} One of ${choices.join(', ')}.`,
    secret: false
  }
}

export function integer(
  s: Described & { default: number; min: number; max: number }
): Setting<number> {
  return {
    kind: 'integer',
    schema: { type: 'integer', minimum: s.min, maximum: s.max },
    default: s.default,
    doc: s.doc,
    secret: false
  }
}

export function flag(s: Described & { default: boolean }): Setting<boolean> {
  return {
    kind: 'boolean',
    schema: { type: 'boolean' },
    default: s.default,
    doc: s.doc,
    secret: false
  }
}

/** A list of texts; comma-separated in the environment. */
export function list(
  s: Described & {
    default: readonly string[]
    format?: string
    pattern?: string
    itemsMax?: number
    example?: string
  }
): Setting<readonly string[]> {
  const limits = {
    ...(s.pattern === undefined ? {} : { pattern: s.pattern }),
    ...(s.format === undefined ? {} : { format: s.format })
  }
  const schema = {
    type: 'array',
    maxItems: s.itemsMax ?? 64,
    items: { type: 'string', minLength: 1, maxLength: 256, ...limits }
  }
  const example = s.example === undefined ? {} : { example: s.example }
  return { kind: 'list', schema, default: s.default, doc: s.doc, secret: false, ...example }
}

export function constant<T>(value: T): Constant<T> {
  return { kind: 'constant', value }
}

interface Named {
  /** `webhooks.allowHttp`: its path in tocsin.yaml. */
  readonly key: string
  readonly path: readonly string[]
  /** `TOCSIN_WEBHOOKS_ALLOW_HTTP` */
  readonly env: string
}

export interface NamedSetting extends Named {
  readonly setting: Setting<unknown>
}

export interface NamedConstant extends Named {
  readonly value: unknown
}

/** All settings of a tree, in order. Throws if two of them have the same environment variable. */
export function namedSettings(settings: Settings): readonly NamedSetting[] {
  const named = walk(settings, []).flatMap(({ entry, ...name }) =>
    entry.kind === 'constant' ? [] : [{ ...name, setting: entry }]
  )
  const names = new Set<string>()
  for (const { key, env } of named) {
    if (names.has(env))
      throw new Error(`two settings have the environment variable ${env}; the second is ${key}`)
    names.add(env)
  }
  return named
}

/** All constants of a tree, in order. */
export function namedConstants(settings: Settings): readonly NamedConstant[] {
  return walk(settings, []).flatMap(({ entry, ...name }) =>
    entry.kind === 'constant' ? [{ ...name, value: entry.value }] : []
  )
}

function walk(settings: Settings, path: readonly string[]): (Named & { readonly entry: Entry })[] {
  return Object.entries(settings).flatMap(([name, entry]) => {
    const here = [...path, name]
    if (!isSetting(entry)) return walk(entry, here)
    return [{ key: here.join('.'), path: here, env: envName(here), entry }]
  })
}

export function isSetting(entry: Entry | Settings): entry is Entry {
  return typeof entry.kind === 'string'
}

/** The variable of a setting: `kafka.clientId` is `TOCSIN_KAFKA_CLIENT_ID`. */
export function envName(path: readonly string[]): string {
  return `TOCSIN_${path.map(part => part.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()).join('_')}`
}

/** The value at a path of a configuration. */
export function valueAt(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, part) => (at as Record<string, unknown> | undefined)?.[part],
    tree
  )
}
