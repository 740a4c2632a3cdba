/** The address of a file that the build puts beside the script. */
declare module '*?url' {
  const address: string;
  export default address;
}
