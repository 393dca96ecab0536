/** A page's own styles: importing one adopts it (build.ts makes it a module that does). */
declare module '*.css';
