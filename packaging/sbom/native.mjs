// The libraries in C that the packages carry, with the versions that their files name, so that a scanner finds their advisories.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const known = [
  { name: 'libgit2', in: 'LibGit2Sharp.NativeBinaries', file: /^libgit2-.*\.so$/, pattern: /libgit2 (\d+\.\d+\.\d+)/, purl: v => `pkg:github/libgit2/libgit2@v${v}`, licence: 'GPL-2.0-only WITH GCC-exception-2.0' },
  { name: 'zlib', in: 'LibGit2Sharp.NativeBinaries', file: /^libgit2-.*\.so$/, pattern: /inflate (\d+\.\d+(?:\.\d+)?) Copyright/, purl: v => `pkg:github/madler/zlib@v${v}`, licence: 'Zlib' },
  { name: 'sqlite', in: 'SQLitePCLRaw.lib.e_sqlite3', file: /^libe_sqlite3\.so$/, pattern: /\0(3\.\d+\.\d+)\0/, purl: v => `pkg:generic/sqlite@${v}`, licence: 'blessing' },
  { name: 'zlib-ng', in: 'Microsoft.NETCore.App.Runtime.linux-', file: /^libSystem\.IO\.Compression\.Native\.so$/, pattern: /zlib-ng (\d+\.\d+\.\d+)/, purl: v => `pkg:github/zlib-ng/zlib-ng@${v}`, licence: 'Zlib' },
]

/** @returns {{name: string, version: string, purl: string, licence: string, in: string[]}[]} Each with the keys of the packages that carry it. */
export function nativeLibraries (packages) {
  return known.map(library => {
    const carriers = packages.filter(p => p.name === library.in || (library.in.endsWith('-') && p.name.startsWith(library.in)))
    const versions = new Set(carriers.flatMap(p => [...versionsIn(p, library)]))
    if (versions.size !== 1) {
      throw new Error(`${library.name} in ${library.in}: expected one version, found ${[...versions].join(', ') || 'none'}`)
    }
    const [version] = versions
    return { name: library.name, version, purl: library.purl(version), licence: library.licence, in: carriers.map(p => p.key) }
  })
}

function versionsIn (carrier, library) {
  const runtimes = join(carrier.path, 'runtimes')
  const found = new Set()
  for (const rid of ['linux-x64', 'linux-arm64']) {
    for (const name of list(join(runtimes, rid, 'native')).filter(n => library.file.test(n))) {
      const version = library.pattern.exec(readFileSync(join(runtimes, rid, 'native', name), 'latin1'))?.[1]
      if (version) {
        found.add(version)
      }
    }
  }
  return found
}

function list (folder) {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}
