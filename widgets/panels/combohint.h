#pragma once
// A choice that may be too long for its box says the whole on hover.

#include "widgets/models/visibletext.h"

#include <QComboBox>

namespace aha {

inline void showWholeOnHover(QComboBox* box)
{
    QObject::connect(box, &QComboBox::currentTextChanged, box,
        [box](const QString& text) { box->setToolTip(text.isEmpty() ? QString() : plainToolTip(text)); });
}

} // namespace aha
