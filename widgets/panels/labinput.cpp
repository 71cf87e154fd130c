#include "widgets/panels/labinput.h"

#include "widgets/panels/sessionpart.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QSpinBox>

namespace aha {

namespace {

QString choiceKey(const QComboBox& box, int index)
{
    const QVariant data = box.itemData(index);
    return data.isValid() ? data.toString() : box.itemText(index);
}

QJsonValue fieldValue(const QWidget* field)
{
    if (const auto* whole = qobject_cast<const QSpinBox*>(field))
        return whole->value();
    if (const auto* number = qobject_cast<const QDoubleSpinBox*>(field))
        return number->value();
    if (const auto* choice = qobject_cast<const QComboBox*>(field))
        return choiceKey(*choice, choice->currentIndex());
    if (const auto* line = qobject_cast<const QLineEdit*>(field))
        return line->text();
    return QJsonValue::Undefined;
}

} // namespace

QJsonObject fieldValues(const QWidgetList& fields)
{
    QJsonObject values;
    for (const QWidget* field : fields)
        values[field->objectName()] = fieldValue(field);
    return values;
}

QJsonObject changedValues(const QWidgetList& fields, const QJsonObject& before)
{
    QJsonObject changed;
    for (const QWidget* field : fields)
        if (const QJsonValue now = fieldValue(field); now != before[field->objectName()])
            changed[field->objectName()] = now;
    return changed;
}

void keepElsewhere(const QWidgetList& fields)
{
    for (QWidget* field : fields)
        setKeptElsewhere(field);
}

void putFieldValues(const QWidgetList& fields, const QJsonObject& values)
{
    for (QWidget* field : fields) {
        const QJsonValue value = values[field->objectName()];
        if (auto* whole = qobject_cast<QSpinBox*>(field); whole && value.isDouble()) {
            whole->setValue(value.toInt());
        } else if (auto* number = qobject_cast<QDoubleSpinBox*>(field); number && value.isDouble()) {
            number->setValue(value.toDouble());
        } else if (auto* line = qobject_cast<QLineEdit*>(field); line && value.isString()) {
            line->setText(value.toString());
        } else if (auto* choice = qobject_cast<QComboBox*>(field); choice && value.isString()) {
            for (int i = 0; i < choice->count(); ++i)
                if (choiceKey(*choice, i) == value.toString())
                    choice->setCurrentIndex(i);
        }
    }
}

} // namespace aha
