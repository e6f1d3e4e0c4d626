/** The version, for the command line. */
export { packageVersion } from "../sluice/package-version.ts";
