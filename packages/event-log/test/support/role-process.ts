// A separate process that holds a role until it is killed. Arguments: data folder, role. It keeps
// no reference to the role and runs garbage collection first: the role must not depend on one.

import { holdRole, type Role } from '@tocsin/event-log/embedded/role-lock'

holdRole(process.argv[2]!, process.argv[3] as Role)
setTimeout(() => {
  globalThis.gc?.()
  process.stdout.write('held\n')
})
setInterval(() => {}, 1000)
