// node main.mjs VERSION EPOCH BOM NOTICES ARTIFACTS…
// Writes the bill of materials (CycloneDX 1.6, JSON) to BOM and the licences of what is bundled to NOTICES. ARTIFACTS: the --artifacts-path
// folder of one `dotnet publish` for each architecture. The same input gives the same bytes.
import { writeFileSync } from 'node:fs'
import { billOfMaterials } from './bom.mjs'
import { nativeLibraries } from './native.mjs'
import { notices } from './notices.mjs'
import { readPublished } from './published.mjs'

const [version, epoch, bomFile, noticesFile, ...artifacts] = process.argv.slice(2)
if (artifacts.length === 0) {
  console.error('usage: node main.mjs VERSION EPOCH BOM NOTICES ARTIFACTS…')
  process.exit(2)
}

try {
  const published = readPublished(artifacts)
  const natives = nativeLibraries(published.packages)
  writeFileSync(bomFile, await billOfMaterials(version, new Date(Number(epoch) * 1000), published, natives))
  writeFileSync(noticesFile, notices(published.packages, natives))
} catch (error) {
  console.error(`error: bill of materials: ${error.message}`)
  process.exit(1)
}
