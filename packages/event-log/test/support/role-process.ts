// Another process that holds a role until it is killed. Arguments: data folder, role. It keeps nothing of what it was given and collects its
// garbage first: a role must not hang on that.

import { holdRole, type Role } from '@tocsin/event-log/embedded/role-lock'

holdRole(process.argv[2]!, process.argv[3] as Role)
setTimeout(() => {
  globalThis.gc?.()
  process.stdout.write('held\n')
})
setInterval(() => {}, 1000)
