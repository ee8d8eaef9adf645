// Validates answers against the suite's OpenAPI document: the operation must list the status, and
// the body must have all required members and no undocumented ones. Readers ignore unknown members;
// here they are faults.

import type { JsonSchema } from '@tocsin/contracts/format/format'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { fullFormats } from 'ajv-formats/dist/formats.js'

export interface SomeDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>
  readonly [member: string]: unknown
}

export interface GivenAnswer {
  readonly method: string
  /** The path as requested, possibly with a query. */
  readonly path: string
  readonly status: number
  /** If omitted, any documented media type passes. */
  readonly contentType?: string
  /** Parsed if it is JSON. */
  readonly body: unknown
}

interface Operation {
  readonly name: string
  readonly responses: Readonly<Record<string, Answer>>
  /** Problems of this operation beyond those of any. */
  readonly problems: readonly string[]
}
interface Reference {
  readonly $ref: string
}

type Schemas = Readonly<Record<string, JsonSchema>>

interface SharedAnswer {
  readonly content: {
    readonly 'application/problem+json': { readonly 'x-codes': readonly string[] }
  }
}

interface Answer {
  readonly content?: Readonly<Record<string, Form>>
}

interface Form {
  readonly schema: JsonSchema
}

/** Answers without an operation: unknown path or method. */
const ofNoOperation: ReadonlySet<number> = new Set([404, 405])

export class DocumentedAnswers {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, formats: fullFormats })
  readonly #operations: readonly {
    readonly method: string
    readonly matches: RegExp
    readonly operation: Operation
  }[]
  /** Problems that any operation may answer. */
  readonly #common: ReadonlySet<string>
  readonly #schemas: Schemas
  readonly #parts = new Map<string, JsonSchema>()
  readonly #validators = new Map<JsonSchema, ValidateFunction>()

  constructor(document: SomeDocument) {
    const { responses: shared = {}, schemas = {} } = (document.components ?? {}) as {
      readonly responses?: Readonly<Record<string, SharedAnswer>>
      readonly schemas?: Schemas
    }
    this.#schemas = schemas
    this.#ajv.addSchema({ ...(sealSchema(document, schemas) as object), $id: 'document' })
    this.#common = new Set(shared.Problem?.content['application/problem+json']['x-codes'])
    const resolve = (answer: Answer | Reference): Answer =>
      '$ref' in answer
        ? (shared[answer.$ref.replace('#/components/responses/', '')] as unknown as Answer)
        : answer
    this.#operations = Object.entries(document.paths)
      // Literal paths are matched before parameters.
      .sort(([a], [b]) => a.split('{').length - b.split('{').length)
      .flatMap(([path, item]) =>
        Object.entries(item).map(([method, { responses, 'x-tocsin-problems': problems }]) => ({
          method: method.toUpperCase(),
          matches: new RegExp(
            `^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`
          ),
          operation: {
            name: `${method.toUpperCase()} ${path}`,
            responses: Object.fromEntries(
              Object.entries(responses as Readonly<Record<string, Answer | Reference>>).map(
                ([status, answer]) => [status, resolve(answer)]
              )
            ),
            problems: (problems ?? []) as readonly string[]
          }
        }))
      )
  }

  /**
   * Faults of an answer as sentences; none for a documented one, or for what the document
   * deliberately omits.
   */
  findFaults({ method, path, status, contentType, body }: GivenAnswer): readonly string[] {
    const operation = this.#findOperation(method, path)
    if (operation === null)
      return ofNoOperation.has(status) || isPage(path)
        ? []
        : [`${method} ${path} is not documented`]
    const { default: failed, [status]: answer = status < 400 ? undefined : failed } =
      operation.responses
    if (answer === undefined) return [`${operation.name} does not list the status ${status}`]
    const forms = Object.entries(answer.content ?? {})
    if (forms.length === 0)
      return body === '' || body === null
        ? []
        : [`${operation.name} ${status} is documented without a body`]
    const mediaType = contentType?.split(';')[0]?.trim()
    const fitting = mediaType === undefined ? forms : forms.filter(([type]) => type === mediaType)
    if (fitting.length === 0)
      return [`${operation.name} ${status} is not documented as ${mediaType}`]
    const faults = fitting.map(([type, form]) => [
      ...this.findSchemaFaults(form.schema, body),
      ...(type === 'application/problem+json' ? this.#checkCode(operation, body) : [])
    ])
    const least = faults.find(each => each.length === 0) ?? faults[0] ?? []
    return least.map(fault => `${operation.name} ${status}: ${fault}`)
  }

  /**
   * Faults of a value by a named schema of the document: for parts of answers that are not JSON as
   * a whole.
   */
  findPartFaults(name: string, value: unknown): readonly string[] {
    const schema = this.#parts.get(name) ?? { $ref: `#/components/schemas/${name}` }
    this.#parts.set(name, schema)
    return this.findSchemaFaults(schema, value)
  }

  #findOperation(method: string, path: string): Operation | null {
    const bare = path.split('?')[0] ?? ''
    return (
      this.#operations.find(each => each.method === method && each.matches.test(bare))?.operation ??
      null
    )
  }

  #checkCode({ problems }: Operation, body: unknown): readonly string[] {
    const code = String(((body ?? {}) as { readonly code?: unknown }).code)
    return this.#common.has(code) || problems.includes(code)
      ? []
      : [`the problem ${code} is not listed`]
  }

  /** Faults of a value by a schema in the document. */
  findSchemaFaults(schema: JsonSchema, body: unknown): readonly string[] {
    const validate =
      this.#validators.get(schema) ??
      this.#ajv.compile(resolveReferences(sealSchema(schema, this.#schemas)) as object)
    this.#validators.set(schema, validate)
    if (validate(body)) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath || '(all)'} ${message} ${JSON.stringify(params)}`
    )
  }
}

function isPage(path: string): boolean {
  return /^\/(?:$|page\/|docs|(?:open|async)api\.json)/.test(path)
}

/** The same schema, with undocumented members forbidden in objects. */
function sealSchema(value: unknown, schemas: Schemas): unknown {
  if (Array.isArray(value)) return value.map(each => sealSchema(each, schemas))
  if (typeof value !== 'object' || value === null) return value
  const turned = Object.fromEntries(
    Object.entries(joinParts(value as JsonSchema, schemas)).map(([key, member]) => [
      key,
      sealSchema(member, schemas)
    ])
  )
  const isObject = [turned.type].flat().includes('object')
  const isOpen = isObject && turned.properties !== undefined && !('additionalProperties' in turned)
  return isOpen ? { ...turned, additionalProperties: false } : turned
}

/** An object that extends a component, as one with all members. */
function joinParts(schema: JsonSchema, schemas: Schemas): JsonSchema {
  const { allOf, ...own } = schema as { readonly allOf?: readonly JsonSchema[] }
  if (allOf === undefined) return schema
  const parts = allOf.map(({ $ref, ...part }) =>
    joinParts($ref === undefined ? part : findSchema($ref, schemas), schemas)
  )
  return {
    ...own,
    type: 'object',
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    required: parts.flatMap(({ required }) => required ?? [])
  }
}

function findSchema(reference: unknown, schemas: Schemas): JsonSchema {
  return schemas[String(reference).replace('#/components/schemas/', '')] ?? {}
}

function resolveReferences(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('"$ref":"#/', '"$ref":"document#/'))
}
