// Tells the console which files its map is in: they are loaded when a map is first shown, and by
// their names alone can they be fetched again when the link hung.

import { basename } from 'node:path'
import type { Plugin } from 'vite'

/** Stands in the sources where the names are to be. */
export const mapScriptFiles = '__MAP_SCRIPT_FILES__'
const script = 'map-script.ts'

export function mapScriptFilesPlugin(): Plugin {
  return {
    name: 'map-script-files',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter(file => file.type === 'chunk')
      const entry = chunks.find(({ isEntry }) => isEntry)
      const map = chunks.find(
        ({ facadeModuleId }) => facadeModuleId !== null && basename(facadeModuleId) === script
      )
      if (entry === undefined || map === undefined)
        throw new Error(`${script} is in no chunk of its own`)
      const here = new Set([entry.fileName, ...entry.imports])
      const needed = [
        map,
        ...chunks.filter(({ fileName }) => map.imports.includes(fileName) && !here.has(fileName))
      ]
      const names = needed.flatMap(({ fileName, viteMetadata }) => [
        fileName,
        ...(viteMetadata?.importedCss ?? []),
        ...(viteMetadata?.importedAssets ?? [])
      ])
      for (const chunk of chunks)
        chunk.code = chunk.code.replaceAll(mapScriptFiles, names.join(','))
    }
  }
}
