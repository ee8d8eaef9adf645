// OpenAPI texts of removed routes. The list is in removed.ts.

import type { ApiDocs, OperationDoc } from '@tocsin/contracts/openapi/operation'
import { removedRoutes } from './removed.ts'

export const removedApi: ApiDocs = Object.fromEntries(
  removedRoutes.map(({ method, url, detail }): [string, OperationDoc] => [
    `${method} ${url}`,
    {
      id: `removed${url.replace(/[^a-z]+(.)/g, (_, letter: string) => letter.toUpperCase())}`,
      tag: 'Operations',
      summary: 'Removed: answers 410',
      description: detail,
      ...(url.includes(':id') ? { path: { id: 'Not read.' } } : {}),
      answers: {},
      problems: ['removed']
    }
  ])
)
