// OCTET_EXPORT marks the symbols of the public API. All others are hidden: programs that load a
// shared library containing octet can neither link to them nor replace them.
#ifndef OCTET_EXPORT_H_
#define OCTET_EXPORT_H_

#define OCTET_EXPORT [[gnu::visibility("default")]]

#endif  // OCTET_EXPORT_H_
