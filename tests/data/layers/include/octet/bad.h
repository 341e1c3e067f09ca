#include <string>

#include "ir/graph.h"
#include "octet/octet.h"
