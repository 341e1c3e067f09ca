// Unicode's normal forms as steps of normalizers.
#ifndef OCTET_TEXT_NORMAL_FORMS_H_
#define OCTET_TEXT_NORMAL_FORMS_H_

#include <memory>

#include "text/normalizer.h"

namespace octet::text {

// Each with the tables of the reference, which are those of Unicode 9.0.
std::shared_ptr<const NormalizerStep> Nfd();
std::shared_ptr<const NormalizerStep> Nfkd();
std::shared_ptr<const NormalizerStep> Nfc();
std::shared_ptr<const NormalizerStep> Nfkc();

// Decomposes (NFD) and deletes category Mn, as BertNormalizer does.
std::shared_ptr<const NormalizerStep> StripAccents();

}  // namespace octet::text

#endif  // OCTET_TEXT_NORMAL_FORMS_H_
