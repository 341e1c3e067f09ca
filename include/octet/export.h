// OCTET_EXPORT marks what the library shows to programs; everything else is hidden, so that nothing
// else of a shared library that contains octet can be linked or replaced.
#ifndef OCTET_EXPORT_H_
#define OCTET_EXPORT_H_

#define OCTET_EXPORT [[gnu::visibility("default")]]

#endif  // OCTET_EXPORT_H_
