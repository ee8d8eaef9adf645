import { expect, it } from 'vitest'
import { getNetworkFileSystem } from '../../src/embedded/log-folder.ts'

it.each([
  ['nfs', 0x6969, 'NFS'],
  ['cifs', 0xff534d42, 'SMB (CIFS)'],
  ['cifs with the sign extended', 0xff534d42 | 0, 'SMB (CIFS)'],
  ['smb2', 0xfe534d42, 'SMB'],
  ['ext4', 0xef53, null],
  ['overlayfs', 0x794c7630, null],
  ['tmpfs', 0x01021994, null],
  ['9p', 0x01021997, null],
  ['ceph', 0x00c36400, null]
])('names a network file system: %s', (_name, type, name) => {
  expect(getNetworkFileSystem(type)).toBe(name)
})
