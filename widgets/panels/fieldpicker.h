#pragma once
// A list of the configuration's fields that is typed into: a field is found by its path ("general.kind") and by what
// the form calls it ("Algorithm", and its section), in the interface's language and in English.

#include "core/config/field.h"

#include <QComboBox>
#include <QStringList>

#include <functional>

namespace aha {

struct RunConfig;

class FieldPicker : public QComboBox {
public:
    explicit FieldPicker(QWidget* parent = nullptr);

    /// All of the table in its order. `refusal`: why a field cannot be chosen, "" where it can; such fields stand there
    /// greyed. Whatever is typed stays as it is. A screen reader says name, section, path, the value in `config`, and
    /// why not.
    void setFields(const RunConfig& config, const std::function<QString(const FieldInfo&)>& refusal);
    /// The field that the text names: its path, or what the form calls it. Of several with that name the only one that
    /// can be chosen. The text itself where it names none, or more than one.
    QString path() const;
    /// Paths of all fields that the form calls as the text says, greyed ones as well.
    QStringList namesakes() const;
};

} // namespace aha
