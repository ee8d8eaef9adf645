// Reads tocsin.yaml into keys with values and lines. config.ts checks the keys and values.

import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml'
import { isSetting, type Settings } from './settings.ts'

export interface GivenValue {
  /** `webhooks.allowHttp` */
  readonly key: string
  readonly value: unknown
  /** `tocsin.yaml:12`, `TOCSIN_PORT`, `--port` */
  readonly origin: string
}

export interface FileFault {
  readonly key: string
  readonly origin: string
  readonly detail: string
}

export interface FileContent {
  readonly given: readonly GivenValue[]
  readonly faults: readonly FileFault[]
}

/**
 * All keys of a file, with nested sections flattened where the settings have them. Pure; never
 * throws. A file that is not YAML gives one fault and no keys.
 */
export function readConfigFile(settings: Settings, name: string, text: string): FileContent {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const originAt = (offset: number) => `${name}:${lines.linePos(offset).line || 1}`
  const fault = (offset: number, detail: string): FileContent => ({
    given: [],
    faults: [{ key: '', origin: originAt(offset), detail }]
  })
  const error = document.errors[0]
  if (error !== undefined) return fault(error.pos[0], 'is not well-formed YAML')
  if (
    document.contents === null ||
    (isScalar(document.contents) && document.contents.value === null)
  )
    return { given: [], faults: [] }
  if (!isMap(document.contents)) return fault(0, 'must be a map of settings')

  const given: GivenValue[] = []
  const faults: FileFault[] = []
  const readMap = (map: YAMLMap, known: Settings, path: string): void => {
    for (const { key, value } of map.items) {
      const keyName = isScalar(key) ? String(key.value) : '?'
      const here = path === '' ? keyName : `${path}.${keyName}`
      const origin = originAt(isScalar(key) ? (key.range?.[0] ?? 0) : 0)
      const entry = Object.hasOwn(known, keyName) ? known[keyName] : undefined
      if (entry === undefined || isSetting(entry))
        given.push({ key: here, value: plainValue(value), origin })
      else if (isMap(value)) readMap(value as YAMLMap, entry, here)
      else if (plainValue(value) !== null)
        faults.push({ key: here, origin, detail: 'must be a section of settings' })
    }
  }
  readMap(document.contents as YAMLMap, settings, '')
  return { given, faults }

  function plainValue(node: unknown): unknown {
    return node === null ? null : (node as { toJS(document: unknown): unknown }).toJS(document)
  }
}
