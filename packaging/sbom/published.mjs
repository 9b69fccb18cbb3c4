// What one publish bundled: the packages of tidegate.deps.json, with what their nuspecs say.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// Packages whose licence is a file; NuGet has no expression for them.
const licenceOfFile = {
  LibGit2Sharp: 'MIT',
  'LibGit2Sharp.NativeBinaries': 'GPL-2.0-only WITH GCC-exception-2.0',
}

/**
 * @param {string[]} artifacts One --artifacts-path folder for each architecture.
 * @returns {{packages: object[], dependencies: Map<string, string[]>}} Packages sorted by name, each once; and what each names as needed, by key.
 */
export function readPublished (artifacts) {
  const packages = new Map()
  const dependencies = new Map()
  for (const folder of artifacts) {
    const folders = Object.keys(readJson(join(folder, 'obj/Daemon/project.assets.json')).packageFolders)
    const deps = readJson(join(folder, 'obj/Daemon', publishedFolder(folder), 'tidegate.deps.json'))
    for (const [key, library] of Object.entries(deps.libraries)) {
      if (library.type !== 'project') {
        packages.set(plain(key), readPackage(folders, plain(key), library))
      }
    }
    for (const [key, target] of Object.entries(deps.targets[deps.runtimeTarget.name])) {
      const needed = Object.entries(target.dependencies ?? {}).map(([name, version]) => plain(`${name}/${version}`))
      dependencies.set(plain(key), [...new Set([...(dependencies.get(plain(key)) ?? []), ...needed])].sort())
    }
  }
  return { packages: [...packages.values()].sort((a, b) => (a.key < b.key ? -1 : 1)), dependencies }
}

function publishedFolder (folder) {
  return readdirSync(join(folder, 'obj/Daemon')).find(name => name.startsWith('release_linux-'))
}

// deps.json writes runtimepack.NAME for what NuGet knows as NAME.
function plain (key) {
  return key.replace(/^runtimepack\./, '')
}

function readPackage (folders, key, library) {
  const [name, version] = key.split('/')
  const path = folders.map(f => join(f, name.toLowerCase(), version.toLowerCase())).find(exists)
  if (!path) {
    throw new Error(`the package ${key} is in no package folder`)
  }
  const nuspec = readFileSync(join(path, `${name.toLowerCase()}.nuspec`), 'utf8')
  const sha512 = library.sha512?.replace(/^sha512-/, '') ||
    readFileSync(join(path, `${name.toLowerCase()}.${version.toLowerCase()}.nupkg.sha512`), 'utf8').trim()
  return {
    key,
    name,
    version,
    path,
    sha512: Buffer.from(sha512, 'base64').toString('hex'),
    licence: licence(key, name, nuspec),
    licenceFile: text(nuspec, /<license type="file">([^<]*)</),
    copyright: text(nuspec, /<copyright>([^<]*)</),
    authors: text(nuspec, /<authors>([^<]*)</),
    description: text(nuspec, /<description>([^<]*)</)?.replaceAll(/\s+/g, ' ').trim(),
    website: text(nuspec, /<projectUrl>([^<]*)</),
    repository: text(nuspec, /<repository[^>]* url="([^"]*)"/),
  }
}

function licence (key, name, nuspec) {
  const expression = text(nuspec, /<license type="expression">([^<]*)</) ?? licenceOfFile[name]
  if (!expression) {
    throw new Error(`the licence of ${key} is not known: its nuspec has no expression; add it to licenceOfFile`)
  }
  return expression
}

function text (xml, pattern) {
  const entities = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
  return pattern.exec(xml)?.[1].replaceAll(/&(lt|gt|amp|quot|apos);/g, (_, name) => entities[name]).trim() || undefined
}

function exists (path) {
  try {
    readdirSync(path)
    return true
  } catch {
    return false
  }
}

function readJson (path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
