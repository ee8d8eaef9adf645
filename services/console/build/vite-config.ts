// How Vite bundles the console: no request to any other host, nothing inline, so that the strictest
// content security policy holds.

import { join } from 'node:path'
import type { InlineConfig } from 'vite'
import { mapScriptFiles, mapScriptFilesPlugin } from './map-script-files.ts'
import { pageWordsPlugin } from './page-words.ts'

/** The page of reporters: a bundle of its own, so that a bad link loads one script. */
export function reportPageConfig(root: string, outDir: string, baseMapFile: string): InlineConfig {
  const config = consoleConfig(root, outDir, baseMapFile)
  const input = join(root, 'report.html')
  return {
    ...config,
    build: {
      ...config.build,
      emptyOutDir: false,
      rolldownOptions: {
        input,
        preserveEntrySignatures: false,
        output: { codeSplitting: { groups: [{ name: 'report', tags: ['$initial'] }] } }
      }
    }
  }
}

/**
 * `root` holds index.html; the bundle is written to `outDir`; the base map beside it is called
 * `baseMapFile`.
 */
export function consoleConfig(root: string, outDir: string, baseMapFile: string): InlineConfig {
  return {
    root,
    configFile: false,
    logLevel: 'error',
    // Relative, so that the console can be served below any path.
    base: './',
    define: {
      BASE_MAP_FILE: JSON.stringify(baseMapFile),
      MAP_SCRIPT_FILES: JSON.stringify(mapScriptFiles)
    },
    plugins: [pageWordsPlugin(), mapScriptFilesPlugin()],
    // Not by NODE_ENV, with which a page would name the files of whoever built it, and be larger by
    // that.
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2024',
      // Of `light-dark()`: it is not written out for older browsers, which would not follow a theme.
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      // Data addresses would need exceptions in the content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2_000,
      rolldownOptions: {
        preserveEntrySignatures: false,
        // One file of all that the first page needs: thirty small ones cost more bytes and requests.
        output: { codeSplitting: { groups: [{ name: 'console', tags: ['$initial'] }] } }
      }
    }
  }
}
