// .env.example is generated from the settings. After a change: run this test with `-u`.

import { envExample } from '@tocsin/service/settings/settings'
import { expect, it } from 'vitest'
import { suiteSettings } from '../../src/suite/suite-settings.ts'

it('is documented in .env.example, which is generated from the settings', async () => {
  await expect(envExample(suiteSettings)).toMatchFileSnapshot('../../../../.env.example')
})
